import { existsSync } from 'node:fs';
import { inRoot } from '../../scripts/lib/paths.mjs';
import { findProgram } from '../../scripts/lib/system.mjs';
import { AWSCLI, awsEnv, rcloneEnv } from '../lib/peers.mjs';

/**
 * The clients under comparison. `command(node, job)` returns `[program, args, env]`; each is measured from outside,
 * from start to end. `parallel`: files at once. A job: `{ folder, prefix, destination, caFile, stateDir }`.
 */
export const CLIENTS = {
  'ours 4': ours(4),
  'rclone 4': rclone(4),
  'ours 16': ours(16),
  'rclone 16': rclone(16),
  awscli: { parallel: 10, isInstalled: () => existsSync(AWSCLI), command: awscli },
  's5cmd 16': { parallel: 16, isInstalled: () => Boolean(findProgram('s5cmd')), command: s5cmd },
};

/** The command with an empty state: every file is new to it. */
function ours(parallel) {
  const command = (node, { folder, prefix, destination, caFile, stateDir }) => {
    const { endpoint, region, bucket } = destination;
    const to = [
      '--to',
      `s3://${bucket}/${prefix}`,
      '--endpoint',
      endpoint,
      '--region',
      region,
      '--path-style',
    ];
    const how = ['--parallel', String(parallel), '--state-dir', stateDir, '--json'];
    const trust = caFile ? ['--ca-file', caFile] : [];
    const script = inRoot('scripts', 'upload.mjs');
    return [node, [script, `${folder}/.`, ...to, ...how, ...trust], awsEnv(destination)];
  };
  return { parallel, isInstalled: () => true, command };
}

function rclone(parallel) {
  const command = (_node, { folder, prefix, destination, caFile }) => {
    const flags = [
      '--s3-no-check-bucket',
      '--transfers',
      String(parallel),
      ...(caFile ? ['--ca-cert', caFile] : []),
    ];
    return [
      'rclone',
      ['copy', ...flags, folder, `b:${destination.bucket}/${prefix}`],
      rcloneEnv(destination),
    ];
  };
  return { parallel, isInstalled: () => Boolean(findProgram('rclone')), command };
}

function awscli(_node, { folder, prefix, destination, caFile }) {
  const where = ['--endpoint-url', destination.endpoint, ...(caFile ? ['--ca-bundle', caFile] : [])];
  const to = `s3://${destination.bucket}/${prefix}`;
  const args = [...where, 's3', 'cp', '--recursive', '--only-show-errors', folder, to];
  return [AWSCLI, args, awsEnv(destination)];
}

function s5cmd(_node, { folder, prefix, destination, caFile }) {
  const args = ['--endpoint-url', destination.endpoint, '--numworkers', '16', '--log', 'error'];
  const to = `s3://${destination.bucket}/${prefix}`;
  const trust = caFile && { SSL_CERT_FILE: caFile };
  return ['s5cmd', [...args, 'cp', `${folder}/`, to], { ...awsEnv(destination), ...trust }];
}

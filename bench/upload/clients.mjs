import path from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { AWSCLI, awsEnv, rcloneEnv } from '../lib/peers.mjs';

const here = import.meta.dirname;

/**
 * The clients under comparison. `command(node, job)` returns `[program, args, env]`; `inProcess` ones print their own
 * figures, measured after start-up and connecting; the others are measured from outside, from start to end.
 */
export const CLIENTS = {
  ours: { inProcess: true, command: oursWith('full') },
  'ours unrecorded': { inProcess: true, command: oursWith('none') },
  'lib-storage': {
    inProcess: true,
    command: (node, job) => [node, [path.join(here, 'clients', 'libStorage.mjs'), JSON.stringify(job)], {}],
  },
  awscli: { program: 'aws', command: awscli },
  rclone: { program: 'rclone', command: rclone },
  curl: { program: 'curl', command: curl },
};

function oursWith(bookkeeping) {
  return (node, job) => [node, [job.oursBundle, JSON.stringify({ ...job, bookkeeping })], {}];
}

function awscli(_node, { file, destination, caFile, partSizeBytes, configDir }) {
  const { endpoint, bucket } = destination;
  const env = awsEnv(destination, path.join(configDir, `aws-${partSizeBytes}`));
  const args = [
    '--endpoint-url',
    endpoint,
    's3',
    'cp',
    '--only-show-errors',
    file,
    `s3://${bucket}/bench/awscli`,
  ];
  return [AWSCLI, caFile ? ['--ca-bundle', caFile, ...args] : args, env];
}

function rclone(_node, { file, destination, caFile, partSizeBytes }) {
  const { bucket } = destination;
  const args = [
    ...['copyto', '--s3-no-check-bucket', '--ignore-times', '--s3-upload-concurrency', '4'],
    ...['--s3-chunk-size', `${partSizeBytes / 1024 ** 2}Mi`, '--s3-upload-cutoff', '5Mi'],
    ...(caFile ? ['--ca-cert', caFile] : []),
    ...[file, `b:${bucket}/bench/rclone`],
  ];
  return ['rclone', args, rcloneEnv(destination)];
}

/** The lower bound: one PUT to a presigned URL, body unsigned, no checksum. */
async function curl(_node, { file, destination, caFile }) {
  const { bucket, accessKeyId, secretAccessKey, ...where } = destination;
  const client = new S3Client({
    ...where,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  const url = await getSignedUrl(client, new PutObjectCommand({ Bucket: bucket, Key: 'bench/curl' }));
  const args = [
    '--silent',
    '--show-error',
    '--fail',
    '--http1.1',
    '--upload-file',
    file,
    '--header',
    'Expect:',
  ];
  return ['curl', [...args, ...(caFile ? ['--cacert', caFile] : []), url], {}];
}

import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { inRoot } from './paths.mjs';
import { say } from './say.mjs';
import { aptInstall, isAptRoot } from './system.mjs';

/** Independent implementations for the object store's contract: real S3 servers from Debian. */
const SERVERS = [
  {
    name: 'Ceph RADOS Gateway',
    script: 'ceph.sh',
    variable: 'SESSION_RECORDER_CEPH',
    programs: ['radosgw', 'radosgw-admin', 'ceph', 'ceph-mon', 'ceph-osd', 'monmaptool', 'curl'],
    packages: ['radosgw', 'ceph-mon', 'ceph-osd', 'curl'],
    portCount: 2,
    keys: { accessKeyId: 'AKIATESTCEPH00000001', secretAccessKey: 'for-tests-on-loopback-only' },
    takesKeys: true,
    canEmpty: true,
  },
  {
    name: 'OpenStack Swift s3api',
    script: 'swift.sh',
    variable: 'SESSION_RECORDER_SWIFT',
    programs: [
      'swift-proxy-server',
      'swift-account-server',
      'swift-container-server',
      'swift-object-server',
      'memcached',
    ],
    packages: ['swift-proxy', 'swift-account', 'swift-container', 'swift-object', 'memcached'],
    portCount: 5,
    keys: { accessKeyId: 'test:tester', secretAccessKey: 'testing' },
    takesKeys: false,
    canEmpty: false,
  },
];
const BUCKET = 'contract';
const REGION = 'us-east-1';

/**
 * Starts the installed third-party S3 servers on loopback, with their state in a temporary folder. Installs them first
 * on Debian as root if `CI` is set or the caller passes `install`. `only` names a single server.
 * @returns `env`: the variables that the contract suites read; `started` and `missing`: names; `empty`: frees the space
 *   of deleted objects, if a server supports that; `stop`
 */
export async function startTestServers({ install = Boolean(process.env.CI), only } = {}) {
  const wanted = SERVERS.filter(({ name }) => !only || name === only);
  if (process.platform !== 'linux') return leftOut(wanted);
  const lacking = wanted.filter((server) => !isInstalled(server));
  if (lacking.length && install && isAptRoot()) await aptInstall(lacking.flatMap(({ packages }) => packages));
  const present = wanted.filter(isInstalled);
  const running = [];
  const stop = async () => {
    for (const server of running.splice(0)) await server.stop();
  };
  try {
    for (const server of present) running.push(await startServer(server));
  } catch (error) {
    await stop();
    throw error;
  }
  const env = Object.fromEntries(
    running.map(({ variable, destination }) => [variable, JSON.stringify(destination)]),
  );
  const missing = wanted.filter((server) => !present.includes(server));
  if (missing.length) leftOut(missing);
  const empty = async () => {
    for (const server of running) await server.empty();
  };
  return {
    env,
    started: present.map(({ name }) => name),
    missing: missing.map(({ name }) => name),
    empty,
    stop,
  };
}

function leftOut(servers) {
  const packages = servers.flatMap((server) => server.packages).join(' ');
  say(
    `Left out: the contract over ${servers.map(({ name }) => name).join(' and ')}. To include: ` +
      `apt-get install --no-install-recommends ${packages} on Debian, then npm run test:servers.`,
  );
  const nothing = async () => {};
  return { env: {}, started: [], missing: servers.map(({ name }) => name), empty: nothing, stop: nothing };
}

function isInstalled({ programs }) {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/sbin'];
  return programs.every((program) => folders.some((folder) => existsSync(path.join(folder, program))));
}

async function startServer({ name, script, variable, portCount, keys, takesKeys, canEmpty }) {
  const startedAt = Date.now();
  const dir = mkdtempSync(path.join(os.tmpdir(), 'session-recorder-s3-'));
  const ports = await freePorts(portCount);
  const stop = async () => {
    await runScript(script, dir, ['stop', dir]);
    rmSync(dir, { recursive: true, force: true });
  };
  const empty = async () => {
    if (canEmpty) await runScript(script, dir, ['empty', dir]);
  };
  try {
    const keyArguments = takesKeys ? [keys.accessKeyId, keys.secretAccessKey] : [];
    await runScript(script, dir, ['start', dir, ...ports.map(String), ...keyArguments]);
    const destination = { endpoint: `http://127.0.0.1:${ports[0]}`, region: REGION, bucket: BUCKET, ...keys };
    await createBucket(destination);
    say(
      `${name} runs on ${destination.endpoint} (${((Date.now() - startedAt) / 1000).toFixed(1)} s to start).`,
    );
    return { name, variable, destination, empty, stop };
  } catch (error) {
    await stop();
    throw new Error(`${name} did not start`, { cause: error });
  }
}

/** Its output goes to a file: daemons keep it open, and a pipe would never end. */
async function runScript(script, dir, args) {
  const log = path.join(dir, 'script.log');
  const out = openSync(log, 'a');
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
  const child = spawn('bash', [inRoot('tests', 'servers', script), ...args], {
    env,
    stdio: ['ignore', out, out],
  });
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('exit', resolve));
  closeSync(out);
  if (code !== 0)
    throw new Error(`${script} ${args[0]} ended with ${code}:\n${readFileSync(log, 'utf8').slice(-2000)}`);
}

/** A server may listen before it can create a bucket: the SDK retries. */
async function createBucket({ endpoint, region, bucket, ...credentials }) {
  const { S3Client, CreateBucketCommand } = await import('@aws-sdk/client-s3');
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true, maxAttempts: 8 });
  try {
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
  } finally {
    client.destroy();
  }
}

/** Free ports, requested together so that they differ. */
async function freePorts(count) {
  const holders = await Promise.all(
    Array.from({ length: count }, async () => {
      const holder = createServer();
      await new Promise((resolve, reject) => holder.once('error', reject).listen(0, '127.0.0.1', resolve));
      return holder;
    }),
  );
  const ports = holders.map((holder) => holder.address().port);
  await Promise.all(holders.map((holder) => new Promise((resolve) => holder.close(resolve))));
  return ports;
}

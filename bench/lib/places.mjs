import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { rmSync } from 'node:fs';
import { DeleteObjectsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { startBucket } from '../../scripts/lib/bucketProcess.mjs';
import { startTestServers } from '../../scripts/lib/servers.mjs';

const here = import.meta.dirname;
const KEYS = {
  region: 'us-east-1',
  accessKeyId: 'AKIABENCH00000000001',
  secretAccessKey: 'for-the-bench-only',
};

/**
 * An upload target: `destination`, which may change after `empty`; `caFile` for https; `empty` deletes the uploads;
 * `requests` counts the requests since the last call, if the server can; and `stop`. Undefined if it is not installed.
 */
export async function startPlace(kind, node, dir, sizeMiB) {
  if (kind === 'local-bucket') return startLocal(node, dir);
  if (kind === 'discard-https') return startDiscarding(node, dir, makeCertificates(dir));
  if (kind === 'discard-http') return startDiscarding(node, dir);
  return startCeph(sizeMiB);
}

async function startDiscarding(node, dir, certificates) {
  const port = await freePort();
  const files = certificates ? [certificates.keyFile, certificates.certFile] : [];
  const args = [path.join(here, 'discardServer.mjs'), String(port), ...files];
  const server = spawn(node, args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  await once(server.stdout, 'data');
  const endpoint = `${certificates ? 'https' : 'http'}://localhost:${port}`;
  return {
    destination: { endpoint, bucket: 'bench', ...KEYS },
    caFile: certificates?.caFile,
    empty: async () => {},
    requests: async () => {
      server.send('count');
      return (await once(server, 'message'))[0];
    },
    stop: () => server.kill(),
  };
}

async function startLocal(node, dir) {
  const folder = path.join(dir, 'local-bucket');
  const start = () => startBucket(node, folder, 0);
  let bucket = await start();
  return {
    get destination() {
      const { endpoint, region, bucket: name, accessKeyId, secretAccessKey } = bucket;
      return { endpoint, region, bucket: name, accessKeyId, secretAccessKey };
    },
    empty: async () => {
      bucket.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      bucket = await start();
    },
    stop: () => bucket.stop(),
  };
}

/** A private CA and a certificate for localhost signed by it. */
function makeCertificates(dir) {
  const file = (name) => path.join(dir, name);
  const openssl = (...args) => execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const fresh = ['-newkey', 'rsa:2048', '-nodes', '-days', '2'];
  openssl(
    'req',
    '-x509',
    ...fresh,
    '-keyout',
    file('ca.key'),
    '-out',
    file('ca.pem'),
    '-subj',
    '/CN=Bench CA',
  );
  openssl(
    ...['req', '-x509', ...fresh, '-keyout', file('server.key'), '-out', file('server.pem')],
    ...['-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-subj', '/CN=localhost'],
    ...['-addext', 'subjectAltName=DNS:localhost', '-addext', 'basicConstraints=CA:FALSE'],
  );
  return { caFile: file('ca.pem'), keyFile: file('server.key'), certFile: file('server.pem') };
}

/** In memory, with room for two objects: one may be written while the previous one is being deleted. */
async function startCeph(sizeMiB) {
  process.env.CEPH_MEMORY_BYTES = String(Math.max(2048, 3 * sizeMiB) * 1024 ** 2);
  const servers = await startTestServers({ only: 'Ceph RADOS Gateway' });
  if (!servers.env.SESSION_RECORDER_CEPH) {
    await servers.stop();
    return undefined;
  }
  const destination = JSON.parse(servers.env.SESSION_RECORDER_CEPH);
  const empty = async () => {
    await deleteObjects(destination);
    await servers.empty();
  };
  return { destination, empty, stop: servers.stop };
}

async function deleteObjects({ bucket: Bucket, accessKeyId, secretAccessKey, ...where }) {
  const credentials = { accessKeyId, secretAccessKey };
  const client = new S3Client({ ...where, credentials, forcePathStyle: true });
  for (;;) {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
    if (Contents.length === 0) break;
    const Objects = Contents.map(({ Key }) => ({ Key }));
    await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
  }
  client.destroy();
}

async function freePort() {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address();
  holder.close();
  return port;
}

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { startTestServers } from '../../scripts/lib/servers.mjs';

const here = import.meta.dirname;
const KEYS = {
  region: 'us-east-1',
  accessKeyId: 'AKIABENCH00000000001',
  secretAccessKey: 'for-the-bench-only',
};

/** Something to upload to: `destination`, `caFile` for https, and `stop`. */
export async function startPlace(kind, node, dir) {
  if (kind === 'discard-https') return startDiscarding(node, dir, makeCertificates(dir));
  if (kind === 'discard-http') return startDiscarding(node, dir);
  return startCeph();
}

async function startDiscarding(node, dir, certificates) {
  const port = await freePort();
  const files = certificates ? [certificates.keyFile, certificates.certFile] : [];
  const args = [path.join(here, 'discardServer.mjs'), String(port), ...files];
  const server = spawn(node, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(server.stdout, 'data');
  const endpoint = `${certificates ? 'https' : 'http'}://localhost:${port}`;
  return {
    destination: { endpoint, bucket: 'bench', ...KEYS },
    caFile: certificates?.caFile,
    stop: () => server.kill(),
  };
}

/** A private authority and a certificate for localhost signed by it. */
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

async function startCeph() {
  const servers = await startTestServers({ only: 'Ceph RADOS Gateway' });
  if (!servers.env.SESSION_RECORDER_CEPH) {
    await servers.stop();
    return undefined;
  }
  return { destination: JSON.parse(servers.env.SESSION_RECORDER_CEPH), stop: servers.stop };
}

async function freePort() {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address();
  holder.close();
  return port;
}

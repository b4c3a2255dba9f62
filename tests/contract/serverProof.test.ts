import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { startLocalBucket, type LocalBucket } from '../../local-bucket/localBucket';
import { createConnector } from '../../src/upload/objectStore/s3/connector';
import type { UploadConfig } from '../../src/shared/upload';
import { FakeClock } from '../fakes/FakeClock';
import { quietLog } from '../main/upload/support';

let dir: string;
let bucket: LocalBucket;

beforeEach(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'server-proof-'));
  bucket = await startLocalBucket({ dir });
});
afterEach(async () => {
  await bucket.close();
  await rm(dir, { recursive: true });
});

const connector = createConnector({
  ...{ env: {}, clock: new FakeClock(Date.now()), log: quietLog, hideSecret: () => undefined },
  timeouts: { connectMs: 500, stallMs: 500 },
});

function config(endpoint = bucket.endpoint): UploadConfig {
  const { region, accessKeyId, secretAccessKey } = bucket;
  const place = { endpoint, bucket: bucket.bucket, forcePathStyle: true, region, keyPrefix: '' };
  return {
    ...place,
    accessKeyId,
    secretAccessKey,
    maxRetries: 1,
    partSizeBytes: 5 << 20,
    provesItself: true,
  };
}

function storeFor(endpoint?: string) {
  const store = connector.createStore(config(endpoint));
  onTestFinished(() => store.close());
  return store;
}

const put = { key: 'a.zip', body: Buffer.from('a recording'), contentType: 'application/zip' };
const failure = { verdict: 'unreachable', problem: { code: 'ServerNotProven' } };

/** Another user's server. `heard` is all it was ever sent. */
async function impostor(onData: (socket: Socket, data: string) => void, port = 0) {
  let heard = '';
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.setEncoding('latin1').on('error', () => undefined);
    socket.on('data', (data: string) => {
      heard += data;
      onData(socket, data);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard: () => heard };
}

/** The question by itself says nothing about us, about the bundle or about the secret. */
const ONLY_QUESTIONS =
  /^(GET \/\.local-bucket\/proof\?nonce=[0-9a-f]{64} HTTP\/1\.1\r\nHost: [\d.:]+\r\n\r\n)*$/;

describe('a local bucket that has to prove itself', () => {
  it('takes and gives objects over connections that are used again', async () => {
    const store = storeFor();
    for (let round = 0; round < 3; round++) await store.putObject(put);
    expect(await store.headObject({ key: 'a.zip' })).toMatchObject({ size: 11 });
    expect(await connector.reach(config())).toBe(true);
    const link = await connector.presign(config(), 'a.zip', {
      signedAtMs: Date.now(),
      expiresInSeconds: 3600,
    });
    expect(link.unchecked).toBeUndefined();
  });

  it('says in its settings that it does', async () => {
    expect(JSON.parse(await readFile(path.join(dir, 'bucket.json'), 'utf8'))).toMatchObject({
      provesItself: true,
    });
  });

  it.each([
    ['answers 200 to everything', 'HTTP/1.1 200 OK\r\nETag: "x"\r\nContent-Length: 0\r\n\r\n'],
    ['makes a proof up', `HTTP/1.1 204 No\r\nx-local-bucket-proof: ${'0'.repeat(64)}\r\n\r\n`],
    ['never ends its answer', 'x'.repeat(100_000)],
  ])('is not taken for a server that %s', async (_what, answer) => {
    const other = await impostor((socket) => void socket.write(answer));
    await expect(storeFor(other.endpoint).putObject(put)).rejects.toMatchObject({ verdict: 'unreachable' });
    expect(await connector.reach(config(other.endpoint))).toBe(false);
    const life = { signedAtMs: Date.now(), expiresInSeconds: 3600 };
    const link = await connector.presign(config(other.endpoint), 'a.zip', life);
    expect(link.unchecked).toBeDefined();
    expect(other.heard()).toMatch(ONLY_QUESTIONS);
  });

  it('is not waited for where a server says nothing', async () => {
    const other = await impostor(() => undefined);
    await expect(storeFor(other.endpoint).putObject(put)).rejects.toMatchObject({ verdict: 'unreachable' });
    expect(await connector.reach(config(other.endpoint))).toBe(false);
    expect(other.heard()).toMatch(ONLY_QUESTIONS);
  });

  it('is not taken for a server that passes the question on to it', async () => {
    const { hostname, port } = new URL(bucket.endpoint);
    const other = await impostor((socket, data) => {
      const real = connect(Number(port), hostname, () => real.write(data));
      real.on('data', (answer) => socket.write(answer)).on('error', () => undefined);
    });
    await expect(storeFor(other.endpoint).putObject(put)).rejects.toMatchObject(failure);
    expect(other.heard()).toMatch(ONLY_QUESTIONS);
  });

  it('is not taken for a server that took its port when it ended', async () => {
    const store = storeFor();
    await store.putObject(put);
    const { endpoint } = bucket;
    await bucket.close();
    const other = await impostor(
      (socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
      Number(new URL(endpoint).port),
    );
    // The connection that stood breaks off; a new one has to be proven.
    await expect(store.putObject(put)).rejects.toThrow();
    await expect(store.putObject(put)).rejects.toMatchObject({
      ...failure,
      problem: {
        code: 'ServerNotProven',
        facts: { kind: 'server-not-proven', server: new URL(endpoint).host },
      },
    });
    expect(other.heard()).toMatch(ONLY_QUESTIONS);
  });

  it('asks for another proof each time', async () => {
    const other = await impostor((socket) => socket.destroy());
    const store = storeFor(other.endpoint);
    for (let round = 0; round < 2; round++) await store.putObject(put).catch(() => undefined);
    const nonces = [...other.heard().matchAll(/nonce=([0-9a-f]+)/g)].map(([, nonce]) => nonce);
    expect(new Set(nonces).size).toBe(nonces.length);
    expect(nonces.length).toBeGreaterThan(1);
  });

  it('answers questions that are none with 400', async () => {
    for (const query of ['', '?nonce=', `?nonce=${'g'.repeat(64)}`, `?nonce=${'0'.repeat(65)}`])
      expect((await fetch(`${bucket.endpoint}/.local-bucket/proof${query}`)).status).toBe(400);
  });
});

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startLocalBucket, type LocalBucket } from '../../local-bucket/localBucket';
import { createS3ObjectStore } from '../../src/upload/objectStore/s3/S3ObjectStore';
import type { ObjectStoreError } from '../../src/upload/objectStore/objectStore';
import { checksumOf } from '../fakes/bodyChecksums';
import { startMuteServer } from '../fakes/muteServer';
import { readAll } from './storeFixture';
import { wordsOf } from '../wordsOf';

const fixture = (name: string) =>
  readFileSync(path.join(import.meta.dirname, '../fixtures/tls', name), 'utf8');
const cert = fixture('localhost.crt');
const contentType = 'application/zip';

it('says of a server that takes connections and sets up no TLS that it does not answer', async () => {
  const endpoint = `https://127.0.0.1:${await startMuteServer()}`;
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const place = { endpoint, region: 'x', bucket: 'b', forcePathStyle: true };
  const timeouts = { connectMs: 1500, stallMs: 1500 };
  const store = createS3ObjectStore({ ...place, credentials, timeouts, now: Date.now });
  await expect(store.headObject({ key: 'k' })).rejects.toMatchObject({
    verdict: 'unreachable',
    problem: { code: 'HandshakeStalled', facts: { kind: 'handshake-stalled' } },
  });
  store.close();
});

describe('S3ObjectStore over https', () => {
  let bucket: LocalBucket;
  let dir: string;
  let front: tls.Server;
  const sockets = new Set<net.Socket>();

  beforeAll(async () => {
    dir = await mkdtemp(path.join(os.tmpdir(), 'store-tls-'));
    bucket = await startLocalBucket({ dir });
    const port = Number(new URL(bucket.endpoint).port);
    front = tls.createServer({ key: fixture('localhost.key'), cert }, (secure) => {
      const plain = net.connect(port, '127.0.0.1');
      for (const socket of [secure, plain]) {
        sockets.add(socket);
        socket.on('error', () => socket.destroy());
      }
      secure.pipe(plain).pipe(secure);
    });
    front.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => front.close(resolve));
    await bucket.close();
    await rm(dir, { recursive: true });
  });

  function open(ca: string | undefined, host = 'localhost') {
    const { region, accessKeyId, secretAccessKey } = bucket;
    const endpoint = `https://${host}:${(front.address() as AddressInfo).port}`;
    const credentials = { accessKeyId, secretAccessKey };
    const place = { endpoint, region, bucket: bucket.bucket, forcePathStyle: true };
    return createS3ObjectStore({ ...place, credentials, ca, now: Date.now });
  }

  async function failureOf(ca: string | undefined, host?: string): Promise<ObjectStoreError> {
    const store = open(ca, host);
    const putting = store.putObject({ key: 'k', body: Buffer.from('x'), contentType });
    const failure = await putting.then(
      () => expect.unreachable('it did not fail'),
      (error: ObjectStoreError) => error,
    );
    store.close();
    return failure;
  }

  it('sends bodies unsigned, with a checksum that the server checks', async () => {
    const store = open(cert);
    const body = randomBytes(3_000_000);
    const checksum = await checksumOf('CRC32', body);
    await store.putObject({ key: 'k', body, contentType, checksum });
    expect((await readAll((await store.getObject({ key: 'k' })).body)).equals(body)).toBe(true);
    const wrong = store.putObject({ key: 'k', body: randomBytes(10), contentType, checksum });
    await expect(wrong).rejects.toMatchObject({ verdict: 'corrupt' });
    store.close();
  });

  it('refuses a certificate that is not trusted, and says what to do', async () => {
    const failure = await failureOf(undefined);
    expect(failure.verdict).toBe('needs-user');
    expect(wordsOf(failure).message).toMatch(/is not trusted on this computer\.$/);
    expect(wordsOf(failure).action).toContain('Set a CA file');
  });

  it('refuses it although NODE_TLS_REJECT_UNAUTHORIZED says that every certificate will do', async () => {
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    onTestFinished(() => void delete process.env.NODE_TLS_REJECT_UNAUTHORIZED);
    expect(wordsOf(await failureOf(undefined)).message).toMatch(/is not trusted on this computer\.$/);
    expect(wordsOf(await failureOf(cert, '127.0.0.1')).message).toContain('belongs to a server other than');
  });

  it('refuses a certificate of another host', async () => {
    const failure = await failureOf(cert, '127.0.0.1');
    expect(failure.verdict).toBe('needs-user');
    expect(wordsOf(failure).message).toContain('belongs to a server other than');
  });
});

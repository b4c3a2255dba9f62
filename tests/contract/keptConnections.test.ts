import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createS3ObjectStore } from '../../src/upload/objectStore/s3/S3ObjectStore';

/** A store at a server that listens until the test has finished. */
async function storeAt(server: http.Server) {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const store = createS3ObjectStore({
    ...{ endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', bucket: 'bucket', forcePathStyle: true },
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    now: () => Date.now(),
  });
  onTestFinished(() => {
    store.close();
    server.closeAllConnections();
    server.close();
  });
  return store;
}

/** A server that resets each connection at its second request, as one that closed it while it idled. */
async function forgetfulServer({ afterBody = false } = {}) {
  const seen: { method: string; connection: number }[] = [];
  const connections = new Map<Socket, { number: number; requests: number }>();
  const server = http.createServer((request, response) => {
    const { socket, method = '' } = request;
    const known = connections.get(socket) ?? { number: connections.size + 1, requests: 0 };
    connections.set(socket, known);
    known.requests += 1;
    seen.push({ method, connection: known.number });
    const resets = known.requests > 1;
    if (resets && !afterBody) return socket.resetAndDestroy();
    request.resume().once('end', () => {
      if (resets) socket.resetAndDestroy();
      else response.setHeader('ETag', '"0123"').end();
    });
  });
  return { store: await storeAt(server), seen };
}

test('a write on a connection that the server closed meanwhile is repeated on a new one', async () => {
  const { store, seen } = await forgetfulServer();
  const body = Buffer.alloc(300_000, 1);
  let sent = 0;
  const put = (key: string) =>
    store.putObject({ key, body, contentType: 'text/plain', onBytesSent: (bytes) => (sent += bytes) });
  await Promise.all([put('a'), put('b'), put('c')]);
  await put('d');
  const last = seen.slice(3);
  expect(last).toHaveLength(2);
  expect(last[0]!.connection).toBeLessThanOrEqual(3);
  expect(last[1]!.connection).toBe(4);
  // Progress counts each body once.
  expect(sent).toBe(4 * body.length);
});

test('a write on a new connection that breaks is not repeated by itself', async () => {
  const server = http.createServer((request) => request.socket.resetAndDestroy());
  let requests = 0;
  server.on('request', () => (requests += 1));
  const store = await storeAt(server);
  await expect(store.headObject({ key: 'a' })).rejects.toMatchObject({ verdict: 'retry' });
  expect(requests).toBe(1);
});

test('a request that may not be repeated fails, so that no second upload begins unseen', async () => {
  const { store, seen } = await forgetfulServer();
  await store.putObject({ key: 'b', body: Buffer.from('b'), contentType: 'text/plain' });
  const create = store.createMultipartUpload({ key: 'a', contentType: 'text/plain' });
  await expect(create).rejects.toMatchObject({ verdict: 'retry' });
  expect(seen.map(({ method }) => method)).toEqual(['PUT', 'POST']);
});

test('a large body that went up whole is not sent again by itself', async () => {
  const { store, seen } = await forgetfulServer({ afterBody: true });
  const put = (body: Buffer) => store.putObject({ key: 'a', body, contentType: 'text/plain' });
  await put(Buffer.from('a'));
  await expect(put(Buffer.alloc(3 * 1024 * 1024))).rejects.toMatchObject({
    verdict: 'retry',
    problem: { code: 'ECONNRESET' },
  });
  expect(seen).toHaveLength(2);
});

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';
import path from 'node:path';
import tls, { type TLSSocket } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import type { RateLimiter } from '../../src/upload/objectStore/objectStore';
import { createS3ObjectStore } from '../../src/upload/objectStore/s3/S3ObjectStore';
import type { S3ObjectStoreOptions } from '../../src/upload/objectStore/s3/storeClient';

type MoreOptions = Pick<S3ObjectStoreOptions, 'ca' | 'rateLimit'>;

/** A store at a server that listens until the test has finished. */
async function storeAt(server: net.Server, closeConnections: () => void, more: MoreOptions = {}) {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const store = createS3ObjectStore({
    ...{ region: 'us-east-1', bucket: 'bucket', forcePathStyle: true, ...more },
    endpoint: more.ca ? `https://localhost:${port}` : `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    now: () => Date.now(),
  });
  onTestFinished(() => {
    store.close();
    closeConnections();
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
  return { store: await storeAt(server, () => server.closeAllConnections()), seen };
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
  const store = await storeAt(server, () => server.closeAllConnections());
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
  const body = Buffer.alloc(3 * 1024 * 1024);
  const put = () => store.putObject({ key: 'a', body, contentType: 'text/plain' });
  await put();
  await expect(put()).rejects.toMatchObject({
    verdict: 'retry',
    problem: { code: 'ECONNRESET' },
  });
  expect(seen).toHaveLength(2);
});

/** A server that answers every request by raw bytes, whatever is asked. `answer` gives them, by the request's number. */
async function rawServer(answer: (request: number, socket: Socket) => string | void) {
  const seen: number[] = [];
  const sockets: Socket[] = [];
  const server = net.createServer((socket) => {
    sockets.push(socket);
    const connection = sockets.length;
    let text = '';
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      const head = text.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1]);
      if (head < 0 || text.length < head + 4 + length) return;
      text = '';
      seen.push(connection);
      const reply = answer(seen.length, socket);
      if (reply) socket.write(reply, 'latin1');
    });
  });
  const store = await storeAt(server, () => sockets.forEach((socket) => socket.destroy()));
  const put = (signal?: AbortSignal) =>
    store.putObject({ key: 'a', body: Buffer.from('a'), contentType: 'text/plain', signal });
  return { put, seen, sockets, close: () => store.close() };
}

const OK = 'HTTP/1.1 200 OK\r\nETag: "0123"\r\nContent-Length: 0\r\n';

for (const [what, reply] of [
  ['that says so', `${OK}Connection: close\r\n\r\n`],
  ['of HTTP/1.0', `${OK.replace('1.1', '1.0')}\r\n`],
  ['with bytes behind it', `${OK}\r\nHTTP/1.1 200 OK\r\nETag: "of nothing"\r\nContent-Length: 0\r\n\r\n`],
  ['that keeps it for a second only', `${OK}Keep-Alive: timeout=1\r\n\r\n`],
] as const)
  test(`a reply ${what} ends the connection`, async () => {
    const { put, seen } = await rawServer(() => reply);
    for (let puts = 0; puts < 3; puts++) expect(await put()).toMatchObject({ etag: '"0123"' });
    expect(seen).toEqual([1, 2, 3]);
  });

test('a connection on which the server speaks unasked carries no further request', async () => {
  const { put, seen, sockets } = await rawServer(() => `${OK}\r\n`);
  await put();
  await put();
  sockets[0]!.write('HTTP/1.1 200 OK\r\nETag: "of nothing"\r\nContent-Length: 0\r\n\r\n');
  await once(sockets[0]!, 'close');
  expect(await put()).toMatchObject({ etag: '"0123"' });
  expect(seen).toEqual([1, 1, 2]);
});

test('a write is repeated when the server closed its kept connection, but not when a reply had begun', async () => {
  const replies: Record<number, string> = { 2: '', 4: 'HTTP/1.1 200 OK\r\nETag: "01' };
  const { put, seen } = await rawServer((request, socket) => {
    const reply = replies[request] ?? `${OK}\r\n`;
    if (request in replies) socket.end(reply);
    else return reply;
  });
  await put();
  await put();
  expect(seen).toEqual([1, 1, 2]);
  await expect(put()).rejects.toMatchObject({ verdict: 'retry' });
  expect(seen).toEqual([1, 1, 2, 2]);
});

test('closing the store ends a write that is under way, and nothing is sent any more', async () => {
  const { put, seen, close } = await rawServer((request) => (request === 2 ? close() : `${OK}\r\n`));
  await put();
  await expect(put()).rejects.toMatchObject({ verdict: 'retry' });
  expect(seen).toEqual([1, 1]);
});

test('an interim reply is passed over', async () => {
  const { put } = await rawServer(() => `HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n${OK}\r\n`);
  expect(await put()).toMatchObject({ etag: '"0123"' });
});

test('a reply that is not HTTP fails, and a later try may succeed', async () => {
  const { put, seen } = await rawServer((request) => (request === 1 ? 'SSH-2.0-OpenSSH\r\n' : `${OK}\r\n`));
  await expect(put()).rejects.toMatchObject({ verdict: 'retry', problem: { code: 'MalformedReply' } });
  await put();
  expect(seen).toEqual([1, 2]);
});

test('a cancelled write resets its connection, and the next one has another', async () => {
  const cancelling = new AbortController();
  const { put, sockets } = await rawServer((request) => {
    if (request > 1) return `${OK}\r\n`;
    cancelling.abort();
    return undefined;
  });
  const first = put(cancelling.signal);
  await expect(first).rejects.toMatchObject({ verdict: 'cancelled' });
  expect(await put()).toMatchObject({ etag: '"0123"' });
  expect(sockets).toHaveLength(2);
});

/** A server that takes a body and answers as soon as the request begins. `answer` is told of the connection. */
async function hastyServer(answer: (socket: Socket) => void) {
  const sockets: Socket[] = [];
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => {}).resume();
    socket.once('data', () => answer(socket));
  });
  const rateLimit: RateLimiter = {
    sliceBytes: () => 10_000,
    acquire: (_bytes, go) => {
      const timer = setTimeout(go, 5);
      return () => clearTimeout(timer);
    },
  };
  const store = await storeAt(server, () => sockets.forEach((socket) => socket.destroy()), { rateLimit });
  let sent = 0;
  const onBytesSent = (bytes: number) => void (sent += bytes);
  const put = () =>
    store.putObject({ key: 'a', body: Buffer.alloc(100_000), contentType: 'text/plain', onBytesSent });
  return { put, sentBytes: () => sent };
}

test('a success that comes before the body counts once the body went up', async () => {
  const { put, sentBytes } = await hastyServer((socket) => socket.write(`${OK}\r\n`));
  expect(await put()).toMatchObject({ etag: '"0123"' });
  expect(sentBytes()).toBe(100_000);
});

test('a success before a body that the server then does not take is a failure', async () => {
  const { put, sentBytes } = await hastyServer((socket) => socket.end(`${OK}\r\n`));
  await expect(put()).rejects.toMatchObject({ verdict: 'retry' });
  expect(sentBytes()).toBeLessThan(100_000);
});

test('a refusal before the body ends the request', async () => {
  const { put, sentBytes } = await hastyServer((socket) =>
    socket.write('HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\n\r\n'),
  );
  await expect(put()).rejects.toMatchObject({ verdict: 'throttle' });
  expect(sentBytes()).toBeLessThan(100_000);
});

const tlsFile = (name: string) =>
  readFileSync(path.join(import.meta.dirname, '../fixtures/tls', name), 'utf8');

/** A server with TLS, to which small requests come in one read. */
async function secureServer(onConnection: (socket: TLSSocket) => void) {
  const sockets: TLSSocket[] = [];
  const ca = tlsFile('localhost.crt');
  const server = tls.createServer({ key: tlsFile('localhost.key'), cert: ca }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    onConnection(socket);
  });
  const store = await storeAt(server, () => sockets.forEach((socket) => socket.destroy()), { ca });
  let sent = 0;
  const onBytesSent = (bytes: number) => void (sent += bytes);
  const put = () =>
    store.putObject({ key: 'a', body: Buffer.from('a'), contentType: 'text/plain', onBytesSent });
  return { put, sockets, sentBytes: () => sent };
}

test('bytes that are repeated over TLS count once', async () => {
  const { put, sockets, sentBytes } = await secureServer((socket) =>
    socket.on('data', () => socket.write(`${OK}\r\n`)),
  );
  await put();
  for (let puts = 1; puts <= 20; puts++) {
    // The server closes the connection while the next request is on its way.
    await new Promise((resolve) => setTimeout(resolve, 1));
    sockets.at(-1)!.end();
    await put();
    expect(sentBytes()).toBe(puts + 1);
  }
});

test('a TLS session that the server fails over is not offered again', async () => {
  const { put } = await secureServer((socket) => {
    if (socket.isSessionReused()) socket.destroy();
    else socket.on('data', () => socket.end(`${OK}Connection: close\r\n\r\n`));
  });
  await put();
  await expect(put()).rejects.toMatchObject({ verdict: 'retry' });
  const retry = () => put().then(({ etag }) => etag, String);
  await expect.poll(retry).toBe('"0123"');
});

import net from 'node:net';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { useBucket } from './bucketUnderTest.ts';

const used = useBucket({
  logSize: 5,
  limits: { connections: 4, headersMs: 200, restBytes: 1 << 20, restMs: 200 },
});

/** A connection, the received text, and its end. */
function visitor(text = '') {
  const { hostname, port } = new URL(used.bucket.endpoint);
  const socket = net.connect(Number(port), hostname, () => socket.write(text));
  onTestFinished(() => void socket.destroy());
  let heard = '';
  socket.setEncoding('latin1').on('data', (part: string) => (heard += part));
  const closed = new Promise<string>((resolve) => {
    socket.on('error', () => undefined).on('close', () => resolve(heard));
  });
  return { socket, closed };
}

describe('requests that nobody signed', () => {
  it('leave nothing in the log, which keeps the last of the others', async () => {
    const { endpoint } = used.bucket;
    for (let round = 0; round < 20; round++)
      await fetch(`${endpoint}/recordings/${'k'.repeat(900)}`, {
        headers: { 'user-agent': 'u'.repeat(9000) },
      });
    expect(used.bucket.log.entries).toEqual([]);

    const client = used.client();
    const put = (Key: string) =>
      client.send(new PutObjectCommand({ Bucket: used.bucket.bucket, Key, Body: 'x' }));
    for (const key of 'abcdefgh') await put(key);
    expect(used.bucket.log.entries.map(({ key }) => key)).toEqual(['d', 'e', 'f', 'g', 'h']);
    client.destroy();
  });

  it('have little of their bodies read', async () => {
    const { socket, closed } = visitor(
      'PUT /recordings/a HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000000\r\n\r\n',
    );
    const piece = Buffer.alloc(1 << 20);
    const send = () => {
      while (!socket.destroyed && socket.write(piece));
    };
    socket.on('drain', send).on('connect', send);
    expect(await closed).toMatch(/^(HTTP\/1\.1 403 |$)/);
    expect(socket.bytesWritten).toBeLessThan(200 << 20);
  });

  it('are not waited for when their bodies or headers do not come', async () => {
    const body = visitor('PUT /recordings/a HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n1');
    const headers = visitor('PUT /recordings/a HTTP/1.1\r\nHost');
    expect(await body.closed).toMatch(/^HTTP\/1\.1 403 /);
    expect(await headers.closed).toMatch(/^(HTTP\/1\.1 408 |$)/);
  });

  it('with long headers are refused', async () => {
    const { closed } = visitor(`GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`);
    expect(await closed).toMatch(/^HTTP\/1\.1 431 /);
  });
});

it('connections have a limit', async () => {
  const open = Array.from({ length: 4 }, () => visitor());
  await Promise.all(open.map(({ socket }) => new Promise((resolve) => socket.once('connect', resolve))));
  expect(await visitor('GET / HTTP/1.1\r\nHost: x\r\n\r\n').closed).toBe('');
  for (const { socket } of open) socket.destroy();
  await expect
    .poll(() =>
      fetch(used.bucket.endpoint).then(
        ({ status }) => status,
        () => 0,
      ),
    )
    .toBe(403);
});

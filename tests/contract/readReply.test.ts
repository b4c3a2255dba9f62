import fc from 'fast-check';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { MalformedReply, readReply } from '../../src/upload/objectStore/s3/http1/readReply';

const bytes = (text: string) => Buffer.from(text, 'latin1');

/** A reply as a server may write it, and what a reader has to make of it. */
const someReply = fc
  .record({
    interim: fc.constantFrom(
      '',
      'HTTP/1.1 100 Continue\r\n\r\n',
      'HTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\n',
    ),
    statusCode: fc.constantFrom(200, 206, 400, 403, 404, 412, 500, 503),
    reason: fc.constantFrom('', 'OK', 'Slow Down', 'Pr\xe9condition'),
    etag: fc.constantFrom('"0123"', ' "spaces" \t', 'a:b'),
    body: fc.uint8Array({ maxLength: 300 }).map((content) => Buffer.from(content)),
    framing: fc.constantFrom('length', 'chunks', 'close'),
    chunkBytes: fc.integer({ min: 1, max: 300 }),
    trailer: fc.constantFrom('', 'x-amz-checksum-crc32: AAAAAA==\r\n'),
  })
  .map(({ interim, statusCode, reason, etag, body, framing, chunkBytes, trailer }) => {
    const head = `${interim}HTTP/1.1 ${statusCode} ${reason}\r\nETag:${etag}\r\nX-Amz-Id-2: a\r\nx-amz-id-2: b\r\n`;
    const lines = {
      length: `Content-Length: ${body.length}\r\n`,
      chunks: 'Transfer-Encoding: chunked\r\n',
      close: '',
    }[framing];
    const content = framing === 'chunks' ? chunked(body, chunkBytes, trailer) : body;
    return {
      raw: Buffer.concat([bytes(`${head}${lines}\r\n`), content]),
      endsByClose: framing === 'close',
      told: { statusCode, reason, etag: etag.trim(), id: 'a, b', body },
    };
  });

function chunked(body: Buffer, chunkBytes: number, trailer: string): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; at < body.length; at += chunkBytes) {
    const chunk = body.subarray(at, at + chunkBytes);
    chunks.push(bytes(`${chunk.length.toString(16)};note=1\r\n`), chunk, bytes('\r\n'));
  }
  return Buffer.concat([...chunks, bytes(`0\r\n${trailer}\r\n`)]);
}

function toldBy(reply: ReturnType<typeof readReply>) {
  const { statusCode, reason, headers, body } = reply!;
  return { statusCode, reason, etag: headers.etag, id: headers['x-amz-id-2'], body };
}

test('a reply is read when its last byte has come, and not before', () => {
  fc.assert(
    fc.property(someReply, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (reply, share) => {
      const { raw, endsByClose, told } = reply;
      const part = raw.subarray(0, Math.floor(share * raw.length));
      expect(readReply(part, false)).toBeUndefined();
      expect(toldBy(readReply(raw, endsByClose))).toEqual(told);
      if (endsByClose) return;
      expect(readReply(raw, false)!.keepsConnection).toBe(true);
      expect(() => readReply(part, true)).toThrow(MalformedReply);
    }),
  );
});

test('bytes behind a reply belong to no request, so the connection is given up', () => {
  fc.assert(
    fc.property(someReply, ({ raw, endsByClose, told }) => {
      fc.pre(!endsByClose);
      const reply = readReply(Buffer.concat([raw, bytes('H')]), false);
      expect(toldBy(reply)).toEqual(told);
      expect(reply!.keepsConnection).toBe(false);
    }),
  );
});

test('any bytes are a reply, more to come, or refused', () => {
  const pieces = fc.constantFrom(
    ...[
      'HTTP/1.1 200 OK',
      'HTTP/1.1 204',
      '\r\n',
      '\r\n\r\n',
      'content-length: 5',
      'transfer-encoding: chunked',
    ],
    ...['5', '0', 'hello', ':', ' ', '\0', '\n'],
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), fc.boolean(), (texts, hasEnded) => {
      try {
        readReply(bytes(texts.join('')), hasEnded);
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedReply);
      }
    }),
  );
});

/** Has node:http read the same bytes. */
async function readByNode(raw: Buffer) {
  const server = net.createServer((socket) => void socket.once('data', () => socket.end(raw)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return new Promise<ReturnType<typeof toldBy> | 'refused'>((resolve) => {
    const request = http.request({ host: '127.0.0.1', port, method: 'PUT', agent: false }, (response) => {
      const { statusCode = 0, statusMessage: reason = '', headers } = response;
      const id = headers['x-amz-id-2'] as string;
      buffer(response).then(
        (body) => resolve({ statusCode, reason, etag: headers.etag, id, body }),
        () => resolve('refused'),
      );
    });
    request.on('error', () => resolve('refused'));
    request.end();
  });
}

test('node:http reads the same', async () => {
  await fc.assert(
    fc.asyncProperty(someReply, async ({ raw, told }) => {
      expect(await readByNode(raw)).toEqual(told);
    }),
    { numRuns: 50 },
  );
});

const AMBIGUOUS: Record<string, string> = {
  'a length beside chunks':
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'two lengths': 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\nhello',
  'a length with a sign': 'HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello',
  'a list of lengths': 'HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello',
  'a header without a name': 'HTTP/1.1 200 OK\r\n: a\r\nContent-Length: 0\r\n\r\n',
  'a blank before the colon': 'HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n',
  'a size that is no number': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n\r\n',
  'a chunk longer than its size':
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n',
  'another protocol': 'SSH-2.0-OpenSSH\r\n\r\n',
  'a status of two digits': 'HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n',
};

for (const [what, raw] of Object.entries(AMBIGUOUS))
  test(`refuses ${what}, as node:http does`, async () => {
    expect(() => readReply(bytes(raw), true)).toThrow(MalformedReply);
    expect(await readByNode(bytes(raw))).toBe('refused');
  });

test('headers, lines and bodies without an end are not kept in memory', () => {
  const endless = (head: string) => bytes(head + 'a'.repeat(200_000));
  expect(() => readReply(endless('HTTP/1.1 200 OK\r\nx: '), false)).toThrow(MalformedReply);
  const inChunks = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
  expect(() => readReply(endless(inChunks), false)).toThrow(MalformedReply);
  const reply = readReply(endless('HTTP/1.1 403 Forbidden\r\nContent-Length: 9000000\r\n\r\n'), false);
  expect(reply).toMatchObject({ statusCode: 403, keepsConnection: false });
  expect(reply!.body.length).toBe(65_536);
});

for (const [head, keeps] of [
  ['HTTP/1.1 200 OK\r\nConnection: close\r\n', false],
  ['HTTP/1.0 200 OK\r\n', false],
  ['HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n', true],
  ['HTTP/1.1 200 OK\r\n', true],
] as const)
  test(`${JSON.stringify(head)} ${keeps ? 'keeps' : 'ends'} the connection`, () => {
    const reply = readReply(bytes(`${head}Content-Length: 0\r\n\r\n`), false);
    expect(reply!.keepsConnection).toBe(keeps);
  });

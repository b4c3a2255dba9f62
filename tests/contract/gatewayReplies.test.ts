import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createS3ObjectStore } from '../../src/upload/objectStore/s3/S3ObjectStore';
import type { ObjectStoreError } from '../../src/upload/objectStore/objectStore';
import { page, s3Error, type GatewayReply } from '../fakes/Gateway';
import { failed, MIB } from '../main/upload/support';
import { gatewayBench } from './gatewayBench';
import { wordsOf } from '../wordsOf';

const text = (status: number, headers = {}): Partial<GatewayReply> => ({
  status,
  headers: { 'content-type': 'text/plain', ...headers },
  body: 'Said by a gateway.',
});
const bare = (status: number): Partial<GatewayReply> => ({ status, body: '' });

async function failureOf(reply: Partial<GatewayReply>): Promise<ObjectStoreError> {
  const bench = await gatewayBench({ answer: () => reply });
  const store = bench.store();
  const putting = store.putObject({ key: 'k', body: Buffer.from('x'), contentType: 'text/plain' });
  return failed(putting).finally(() => store.close());
}

test.each<[number, string, RegExp]>([
  [401, 'needs-user', /gateway .* refused|not allowed/],
  [403, 'needs-user', /gateway .* refused|not allowed/],
  [405, 'needs-user', /blocks this kind|refused/],
  [408, 'retry', /broke off/],
  [413, 'needs-user', /does not accept requests of this size|files this large/],
  [414, 'needs-user', /headers this long/],
  [417, 'needs-user', /refused/],
  [421, 'retry', /broke off/],
  [425, 'retry', /broke off/],
  [429, 'throttle', /busy/],
  [431, 'needs-user', /headers this long/],
  [500, 'retry', /broke off/],
  [502, 'retry', /broke off/],
  [503, 'throttle', /busy/],
  [504, 'retry', /broke off/],
  [507, 'needs-user', /space/],
  [520, 'retry', /broke off/],
  [524, 'retry', /broke off/],
])('%i of a gateway, as a page, as text and without anything: %s', async (status, verdict, words) => {
  for (const reply of [page(status), text(status), bare(status)]) {
    const failure = await failureOf(reply);
    expect(failure).toMatchObject({ verdict, problem: { code: `HTTP${status}` } });
    expect(wordsOf(failure).message).toMatch(words);
    expect(wordsOf(failure).message).not.toMatch(/web page|sign-in/);
  }
});

test('a limit for bodies is found by the test of the connection, and named with the gateway', async () => {
  const bench = await gatewayBench({
    answer: ({ headers }) => (Number(headers['content-length']) > MIB ? page(413) : undefined),
  });
  const verdict = await bench.test();
  expect(verdict).toMatchObject({ valid: false, error: { code: 'HTTP413' } });
  expect(verdict.error!.message).toContain('nginx');
  expect(verdict.error!.action).toContain('client_max_body_size');
  const { upload } = await bench.uploadOf(2 * MIB);
  const failure = await failed(upload.run());
  expect(failure.verdict).toBe('needs-user');
  expect(wordsOf(failure).message).toBe(verdict.error!.message);
});

test.each<[number, string, string, RegExp]>([
  [301, 'https://localhost/', 'needs-user', /redirects to https:\/\/localhost/],
  [302, 'https://portal.example/login', 'unreachable', /sign-in page/],
  [308, 'https://new.example/', 'needs-user', /redirects to https:\/\/new\.example/],
  [302, '/login', 'needs-user', /redirects to http:\/\/127\.0\.0\.1:\d+\/login/],
])('a redirect by %i to %s', async (status, location, verdict, words) => {
  const failure = await failureOf({ ...page(status), headers: { location, 'content-type': 'text/html' } });
  expect(failure.verdict).toBe(verdict);
  expect(wordsOf(failure).message).toMatch(words);
});

test.each([301, 302, 307, 308])(
  'a redirect by %i to https on the same host suggests that',
  async (status) => {
    const bench = await gatewayBench({
      answer: ({ headers, url }) => ({
        status,
        headers: { location: `https://${headers.host!.split(':')[0]}:8443${url}` },
      }),
    });
    const verdict = await bench.test();
    expect(verdict).toMatchObject({ valid: false, suggestedEndpoint: 'https://127.0.0.1:8443' });
    expect(verdict.error!.message).toMatch(/https connections only/);
    expect(verdict.error!.action).toContain('https://127.0.0.1:8443');
  },
);

test('plain http to a port that speaks https suggests that', async () => {
  const body =
    '<html><body><h1>400 Bad Request</h1>The plain HTTP request was sent to HTTPS port</body></html>';
  const bench = await gatewayBench({ answer: () => ({ ...page(400), body }) });
  expect((await bench.test()).suggestedEndpoint).toBe(bench.endpoint.replace('http:', 'https:'));
});

test.each([
  ['never advances', () => ''],
  ['names the same place', () => '<NextKeyMarker>k</NextKeyMarker>'],
  ['goes round', (page: number) => `<NextKeyMarker>k${page % 2}</NextKeyMarker>`],
  ['always leads on to nothing', (page: number) => `<NextKeyMarker>k${page}</NextKeyMarker>`],
])('a listing that is always truncated and %s ends', async (_how, marker) => {
  let pages = 0;
  const bench = await gatewayBench({
    answer({ url }) {
      const list = /[?&]uploads/.test(url)
        ? 'ListMultipartUploadsResult'
        : url.includes('list-type') && 'ListBucketResult';
      if (!list) return undefined;
      pages += 1;
      const next = marker(pages).replaceAll(
        'NextKeyMarker',
        list === 'ListBucketResult' ? 'NextContinuationToken' : 'NextKeyMarker',
      );
      const body = `<${list}><IsTruncated>true</IsTruncated>${next}</${list}>`;
      return { headers: { 'content-type': 'application/xml' }, body };
    },
  });
  const store = bench.store();
  await store.listMultipartUploads({ prefix: '' });
  await store.listObjects({ prefix: '' });
  store.close();
  expect(pages).toBeLessThan(25);
});

test('a refusal to read says so, and not that the right to write is missing', async () => {
  const bench = await gatewayBench({
    answer: ({ method }) => (['HEAD', 'GET'].includes(method) ? s3Error(403, 'AccessDenied') : undefined),
  });
  const { error } = await bench.test();
  expect(error!.message).toMatch(/not allowed to read/);
  expect(error!.action).toContain('s3:GetObject');
});

test.each(['in its headers', 'in its body'])('a reply that trickles %s is given up', async (where) => {
  const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/xml\r\n';
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write(where === 'in its body' ? `${head}\r\n` : head);
    const drip = setInterval(() => socket.write(where === 'in its body' ? ' ' : 'x'), 50);
    socket.once('close', () => clearInterval(drip));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const place = { endpoint, region: 'x', bucket: 'b', forcePathStyle: true };
  const store = createS3ObjectStore({ ...place, credentials, timeouts: { stallMs: 600 }, now: Date.now });
  const failure = await failed(store.listObjects({ prefix: '' }));
  expect(failure).toMatchObject({ verdict: 'retry', problem: { code: 'TrickledReply' } });
  expect(wordsOf(failure).message).toMatch(/far too slowly/);
  store.close();
});

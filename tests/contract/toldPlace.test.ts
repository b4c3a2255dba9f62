import http, { type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHash } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { createConnector } from '../../src/upload/objectStore/s3/connector';
import { FakeClock } from '../fakes/FakeClock';
import { gatewayBench } from './gatewayBench';
import {
  failed,
  makeBundle,
  makeTempDir,
  MIB,
  quietLog,
  testConfig,
  UploadBench,
} from '../main/upload/support';

/** A server whose address names the bucket: all of the path is the key. It knows no listing below the root. */
async function startBucketHost(options: { lists: boolean }) {
  const objects = new Map<string, Buffer>();
  const uploads = new Set<string>();
  const server = http.createServer((request, response) => {
    void answer(request).then(({ status = 200, headers = {}, body = '' }) => {
      response.writeHead(status, { 'x-amz-request-id': 'R', 'content-type': 'application/xml', ...headers });
      response.end(request.method === 'HEAD' ? undefined : body);
    });
  });
  server.on('checkContinue', (request, response) => {
    response.writeContinue();
    server.emit('request', request, response);
  });
  type Answer = { status?: number; headers?: Record<string, string>; body?: string | Buffer };
  async function answer(request: IncomingMessage): Promise<Answer> {
    const { pathname, searchParams } = new URL(request.url!, 'http://x');
    const key = decodeURIComponent(pathname.slice(1));
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    if (searchParams.has('list-type') && !options.lists) return error(403, 'AccessDenied');
    if (request.method === 'POST' && searchParams.has('uploads')) {
      uploads.add(key);
      const made = `<Bucket>recordings</Bucket><Key>${key}</Key><UploadId>u1</UploadId>`;
      return { body: `<InitiateMultipartUploadResult>${made}</InitiateMultipartUploadResult>` };
    }
    if (request.method === 'PUT') {
      if (request.headers['if-none-match'] && objects.has(key)) return error(412, 'PreconditionFailed');
      objects.set(key, body);
      return { headers: { etag: etagOf(body) } };
    }
    if (request.method === 'DELETE') {
      if (searchParams.has('uploadId')) uploads.delete(key);
      else objects.delete(key);
      return { status: 204 };
    }
    const found = objects.get(key);
    if (!found) return error(404, 'NoSuchKey');
    return { headers: { etag: etagOf(found), 'content-length': String(found.length) }, body: found };
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, objects, uploads };
}

const etagOf = (body: Buffer) => `"${createHash('md5').update(body).digest('hex')}"`;
const error = (status: number, code: string) => ({
  status,
  body: `<Error><Code>${code}</Code><Message>No.</Message></Error>`,
});

function connect(endpoint: string) {
  const connector = createConnector({
    ...{ env: {}, clock: new FakeClock(Date.now()), log: quietLog, hideSecret: () => undefined },
  });
  const config = { ...testConfig, endpoint, forcePathStyle: true };
  return { config, store: () => connector.createStore(config) };
}

test.each([true, false])(
  'an endpoint that names the bucket is found out, whether it lists or not',
  async (lists) => {
    const host = await startBucketHost({ lists });
    const { config, store } = connect(host.endpoint);
    const { file } = await makeBundle(await makeTempDir(), 6 * MIB);
    const upload = new UploadBench(store, file, config, null);
    const verdict = await upload.service.validateCredentials(config);
    expect(verdict).toMatchObject({ valid: false, error: { code: 'BucketInEndpoint' } });
    expect(verdict.error!.message).toContain(`The endpoint already contains the bucket “${config.bucket}”.`);
    expect(await failed(upload.run())).toMatchObject({ problem: { code: 'BucketInEndpoint' } });
    // Nothing stays where nobody would look for it.
    expect([...host.objects.keys()]).toEqual([]);
    expect([...host.uploads]).toEqual([]);
  },
);

test('an endpoint whose path names the bucket is found out', async () => {
  const bench = await gatewayBench({});
  const config = { ...bench.config, endpoint: `${bench.endpoint}/${bench.config.bucket}` };
  const { file } = await makeBundle(await makeTempDir(), 6 * MIB);
  const upload = new UploadBench(() => bench.connector.createStore(config), file, config, null);
  expect(await upload.service.validateCredentials(config)).toMatchObject({
    error: { code: 'BucketInEndpoint' },
  });
  expect(await failed(upload.run())).toMatchObject({ problem: { code: 'BucketInEndpoint' } });
  expect(await bench.keys()).toEqual([]);
});

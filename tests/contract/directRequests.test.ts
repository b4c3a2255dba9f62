import { PutObjectCommand, S3Client, UploadPartCommand, type S3ClientConfig } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  DirectRequests,
  type PartInput,
  type PutInput,
} from '../../src/upload/objectStore/s3/directRequests';
import { readErrorFacts } from '../../src/upload/objectStore/s3/errorFacts';
import type { TransportRequest, TransportResponse } from '../../src/upload/objectStore/s3/httpTransport';

/** Both clients sign at the same time. */
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 29, 12) }));
afterEach(() => void vi.useRealTimers());

type Reply = { statusCode: number; headers?: Record<string, string>; body?: string };

/** A transport that records requests and answers each with the same reply. */
function keeping({ statusCode, headers = {}, body = '' }: Reply) {
  const requests: TransportRequest[] = [];
  const handle = (request: TransportRequest) => {
    requests.push(request);
    const response: TransportResponse = {
      statusCode,
      headers: { ...headers },
      body: Readable.from([Buffer.from(body)]),
    };
    return Promise.resolve({ response });
  };
  return { requests, handle, metadata: { handlerProtocol: 'http/1.1' }, destroy: () => undefined };
}

type Setup = S3ClientConfig & { unsigned: boolean };

function sdkClient({ unsigned, ...config }: Setup, transport: ReturnType<typeof keeping>) {
  const client = new S3Client({
    ...config,
    customUserAgent: 'session-recorder/1',
    maxAttempts: 1,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    expectContinueHeader: false,
    requestHandler: transport as never,
  });
  client.middlewareStack.add(
    (next) => (args) => {
      delete (args.request as TransportRequest).query!['x-id'];
      return next(args);
    },
    { step: 'build' },
  );
  if (unsigned)
    client.middlewareStack.add(
      (next) => (args) => {
        (args.request as TransportRequest).headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
        return next(args);
      },
      { step: 'build' },
    );
  return client;
}

function bySdk(client: S3Client, input: PutInput | PartInput) {
  return 'UploadId' in input
    ? client.send(new UploadPartCommand(input))
    : client.send(new PutObjectCommand(input));
}

const RANDOM_ID = 'amz-sdk-invocation-id';

/** Has the SDK draw the same random id as another request. */
function drawSameId(client: S3Client, { headers }: TransportRequest): void {
  const setId = (next: (args: unknown) => unknown) => (args: { request: TransportRequest }) => {
    args.request.headers[RANDOM_ID] = headers[RANDOM_ID]!;
    return next(args);
  };
  const place = { relation: 'before' as const, toMiddleware: 'httpSigningMiddleware' };
  client.middlewareStack.addRelativeTo(setId as never, place);
}

function sentOf({ requests }: ReturnType<typeof keeping>): unknown {
  const { method, protocol, hostname, port, path, query, headers, body } = requests.at(-1)!;
  return { method, protocol, hostname, port, path, query, headers, body };
}

const name = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9-]{0,12}$/);
const visible = fc.stringMatching(/^[\x20-\x7e\t]{0,30}$/);
const unicode = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const base64 = fc
  .uint8Array({ minLength: 4, maxLength: 16 })
  .map((bytes) => Buffer.from(bytes).toString('base64'));
const body = fc.uint8Array({ maxLength: 64 });

const place = fc.constantFrom(
  { endpoint: 'http://127.0.0.1:9000', forcePathStyle: true },
  { endpoint: 'http://[::1]:9000', forcePathStyle: true },
  { endpoint: 'https://storage.example/deep/er', forcePathStyle: true },
  { endpoint: 'https://storage.example', forcePathStyle: false },
  { endpoint: undefined, forcePathStyle: true },
  { endpoint: undefined, forcePathStyle: false },
);
const setup = fc.record({
  place,
  region: fc.constantFrom('us-east-1', 'eu-west-1', 'cn-north-1', 'garage'),
  unsigned: fc.boolean(),
  bucket: fc.constantFrom('recordings', 'my.dotted.bucket', 'x-1'),
  credentials: fc.record({
    accessKeyId: fc.stringMatching(/^[A-Z0-9/]{3,20}$/),
    secretAccessKey: fc.string({ minLength: 1 }),
    sessionToken: optional(fc.stringMatching(/^[\x21-\x7e]{1,40}$/)),
  }),
});

const put = fc.record({
  Key: unicode,
  Body: body,
  ContentType: optional(fc.constantFrom('application/zip', 'text/plain; charset=utf-8')),
  Metadata: optional(fc.dictionary(name, visible, { maxKeys: 4 })),
  ContentMD5: optional(base64),
  ChecksumCRC32: optional(base64),
  ChecksumCRC64NVME: optional(base64),
  IfNoneMatch: optional(fc.constant('*')),
  IfMatch: optional(fc.constant('"abc"')),
  ServerSideEncryption: optional(fc.constantFrom('AES256' as const, 'aws:kms' as const)),
  SSEKMSKeyId: optional(visible),
  StorageClass: optional(fc.constant('STANDARD_IA' as const)),
  Tagging: optional(fc.constant('a=b%20c')),
  // Only the SDK knows how to send this field.
  CacheControl: optional(fc.constant('no-store')),
});
const part = fc.record({
  Key: unicode,
  Body: body,
  UploadId: fc.string({ unit: 'grapheme', minLength: 1 }),
  PartNumber: fc.integer({ min: 1, max: 10_000 }),
  ContentMD5: optional(base64),
  ChecksumCRC32: optional(base64),
});

test('a request equals the one that the SDK sends', async () => {
  await fc.assert(
    fc.asyncProperty(setup, fc.oneof(put, part), async ({ place, bucket, ...config }, fields) => {
      const input = { Bucket: bucket, ...fields };
      const [ours, theirs] = [keeping({ statusCode: 200 }), keeping({ statusCode: 200 })];
      const client = sdkClient({ ...place, ...config }, ours);
      const direct = new DirectRequests(ours as never);
      // The first request makes the template, the second uses it.
      await direct.send(client, { ...input, Key: 'another' }, {});
      await direct.send(client, input, {});
      const sdk = sdkClient({ ...place, ...config }, theirs);
      drawSameId(sdk, ours.requests[1]!);
      await bySdk(sdk, input);
      expect(ours.requests).toHaveLength(2);
      expect(sentOf(ours)).toEqual(sentOf(theirs));
    }),
    { numRuns: 150 },
  );
});

const SETUP: Setup = {
  unsigned: false,
  region: 'us-east-1',
  credentials: { accessKeyId: 'AKIA', secretAccessKey: 'secret' },
};
const INPUT = { Bucket: 'recordings', Key: 'key', Body: Buffer.from('body') };
const refusal = (code: string, more = '') =>
  `<?xml version="1.0"?><Error><Code>${code}</Code><Message>No &amp; no.</Message>${more}</Error>`;

test.each<Reply>([
  {
    statusCode: 403,
    body: refusal('AccessDenied'),
    headers: { 'x-amz-request-id': 'R1', 'x-amz-id-2': 'H1' },
  },
  {
    statusCode: 403,
    body: refusal('RequestTimeTooSkewed'),
    headers: { date: 'Sun, 29 Nov 2026 10:00:00 GMT' },
  },
  { statusCode: 400, body: refusal('AuthorizationHeaderMalformed', '<Region>eu-west-1</Region>') },
  { statusCode: 301, body: refusal('PermanentRedirect'), headers: { 'x-amz-bucket-region': 'eu-west-1' } },
  { statusCode: 404, body: refusal('NoSuchUpload', '<RequestId>R2</RequestId>') },
  { statusCode: 404 },
  { statusCode: 412, body: refusal('PreconditionFailed') },
  { statusCode: 503, body: refusal('SlowDown') },
  { statusCode: 500, body: 'no XML at all' },
  { statusCode: 500, body: '<Error><Code>Cut' },
  { statusCode: 200, body: refusal('InternalError') },
  { statusCode: 200, body: refusal('SlowDown') },
])('a failure has the same facts as the SDK’s error: %j', async (reply) => {
  const [ours, theirs] = [keeping(reply), keeping(reply)];
  const client = sdkClient(SETUP, ours);
  const failed = await new DirectRequests(ours as never)
    .send(client, INPUT, {})
    .catch((error: unknown) => error);
  const expected = await bySdk(sdkClient(SETUP, theirs), INPUT).catch((error: unknown) => error);
  expect(expected).toBeInstanceOf(Error);
  expect(readErrorFacts(failed)).toEqual(readErrorFacts(expected));
  expect(ours.requests).toHaveLength(1);
});

test('a success with a body is still a success', async () => {
  const transport = keeping({ statusCode: 200, headers: { etag: '"e"' }, body: '<Fine/>' });
  const client = sdkClient(SETUP, transport);
  const reply = await new DirectRequests(transport as never).send(client, INPUT, {});
  expect(reply).toMatchObject({ ETag: '"e"' });
});

test('signatures follow the clock of the server', async () => {
  const transport = keeping({ statusCode: 200, headers: { date: 'Sun, 29 Nov 2026 11:58:00 GMT' } });
  const client = sdkClient(SETUP, transport);
  const direct = new DirectRequests(transport as never);
  await direct.send(client, INPUT, {});
  await direct.send(client, INPUT, {});
  expect(transport.requests.map(({ headers }) => headers['x-amz-date'])).toEqual([
    '20261129T120000Z',
    '20261129T115800Z',
  ]);
});

test('credentials that failed are asked for again with the next request', async () => {
  const transport = keeping({ statusCode: 200 });
  const given = vi
    .fn<() => Promise<{ accessKeyId: string; secretAccessKey: string }>>()
    .mockRejectedValueOnce(new Error('not signed in'))
    .mockResolvedValue({ accessKeyId: 'AKIA', secretAccessKey: 'secret' });
  const client = sdkClient({ ...SETUP, credentials: given }, transport);
  const direct = new DirectRequests(transport as never);
  await expect(direct.send(client, INPUT, {})).rejects.toThrow('not signed in');
  expect(transport.requests).toEqual([]);
  await direct.send(client, INPUT, {});
  expect(transport.requests).toHaveLength(1);
});

test('the SDK sends requests to S3 Express, which signs with sessions', async () => {
  const session =
    '<CreateSessionResult><Credentials><AccessKeyId>S</AccessKeyId><SecretAccessKey>s</SecretAccessKey>' +
    '<SessionToken>t</SessionToken><Expiration>2026-11-29T13:00:00Z</Expiration></Credentials></CreateSessionResult>';
  const transport = keeping({ statusCode: 200, body: session });
  const client = sdkClient(SETUP, transport);
  const input = { ...INPUT, Bucket: 'fast--use1-az4--x-s3' };
  await new DirectRequests(transport as never).send(client, input, {});
  expect(transport.requests.map(({ method }) => method)).toEqual(['GET', 'PUT']);
  expect(transport.requests.at(-1)!.headers).toMatchObject({ 'x-amz-s3session-token': 't' });
});

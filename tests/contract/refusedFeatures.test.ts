import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { page, s3Error, type GatewayRequest } from '../fakes/Gateway';
import { MIB } from '../main/upload/support';
import { gatewayBench } from './gatewayBench';

const fixture = (name: string) =>
  readFileSync(path.join(import.meta.dirname, '../fixtures/tls', name), 'utf8');
const tls = { key: fixture('localhost.key'), cert: fixture('localhost.crt') };
const caFile = path.join(import.meta.dirname, '../fixtures/tls/localhost.crt');

type Feature = {
  uses: (request: GatewayRequest) => boolean;
  refusal: ReturnType<typeof page>;
  secure?: true;
};

const usesHeader = (name: string) => (request: GatewayRequest) => name in request.headers;

const features: Record<string, Feature> = {
  'x-amz-checksum-mode, by 400': {
    uses: usesHeader('x-amz-checksum-mode'),
    refusal: s3Error(400, 'InvalidArgument'),
  },
  'x-amz-checksum-mode, by 501': {
    uses: usesHeader('x-amz-checksum-mode'),
    refusal: s3Error(501, 'NotImplemented'),
  },
  'HEAD, by 403': { uses: ({ method }) => method === 'HEAD', refusal: page(403) },
  'HEAD, by 405': { uses: ({ method }) => method === 'HEAD', refusal: page(405) },
  'Expect, by 417': { uses: usesHeader('expect'), refusal: page(417) },
  'Expect, by a gateway’s 400': { uses: usesHeader('expect'), refusal: page(400) },
  'an unsigned body': {
    uses: ({ headers }) => headers['x-amz-content-sha256'] === 'UNSIGNED-PAYLOAD',
    refusal: s3Error(403, 'AccessDenied'),
    secure: true,
  },
  'If-None-Match': {
    uses: usesHeader('if-none-match'),
    refusal: s3Error(501, 'NotImplemented'),
  },
  'If-Match, by 501': {
    uses: usesHeader('if-match'),
    refusal: s3Error(501, 'NotImplemented'),
  },
  'If-Match, by 403': {
    uses: usesHeader('if-match'),
    refusal: s3Error(403, 'AccessDenied'),
  },
  'If-Match whatever the ETag': {
    uses: usesHeader('if-match'),
    refusal: s3Error(412, 'PreconditionFailed'),
  },
  'checksum headers': {
    uses: ({ headers }) => Object.keys(headers).some((name) => /^x-amz-checksum-(crc|algo)/.test(name)),
    refusal: s3Error(400, 'InvalidRequest'),
  },
  'a parameter that names the operation': {
    uses: ({ url }) => url.includes('x-id='),
    refusal: s3Error(400, 'InvalidArgument'),
  },
  'the listing of objects': {
    uses: ({ url }) => url.includes('list-type=2'),
    refusal: s3Error(501, 'NotImplemented'),
  },
};

test.each(Object.entries(features))('a server that refuses %s is done without it', async (_name, feature) => {
  const { uses, refusal, secure } = feature;
  const rules = { answer: (request: GatewayRequest) => (uses(request) ? refusal : undefined) };
  const bench = await gatewayBench(secure ? { ...rules, tls } : rules, { config: secure ? { caFile } : {} });
  expect(await bench.test()).toMatchObject({ valid: true });
  for (const size of [1000, 6 * MIB]) await (await bench.uploadOf(size)).upload.run();
  const before = bench.seen.length;
  await (await bench.uploadOf(6 * MIB)).upload.run();
  expect(bench.seen.slice(before).filter(uses), 'it is remembered').toEqual([]);
});

test.each([
  ['a large body by 400, announced or not', 2 * MIB, page(400)],
  ['a large body by 501, announced or not', 2 * MIB, page(501)],
  ['a small body by 400', 1000, page(400)],
  ['a small body by 417', 1000, page(417)],
])('a gateway that refuses %s says nothing of Expect', async (_what, size, refusal) => {
  const rules = { refuses: true };
  const bench = await gatewayBench({
    answer: ({ method, headers }) =>
      rules.refuses && method === 'PUT' && Number(headers['content-length']) === size ? refusal : undefined,
  });
  await expect((await bench.uploadOf(size)).upload.run()).rejects.toThrow();
  rules.refuses = false;
  const before = bench.seen.length;
  await (await bench.uploadOf(2 * MIB)).upload.run();
  expect(bench.seen.slice(before).some(({ headers }) => 'expect' in headers)).toBe(true);
});

test('one refusal of HEAD in passing is no finding', async () => {
  const bench = await gatewayBench({});
  const { upload } = await bench.uploadOf(1000);
  await upload.run();
  bench.bucket.faults.add({
    match: { operation: 'HeadObject' },
    action: { kind: 'status', status: 501, code: 'NotImplemented' },
  });
  const store = bench.store();
  const [object] = await bench.keys();
  expect((await store.headObject({ key: object! }))?.checksum?.algorithm).toBe('CRC32');
  store.close();
});

test('a link is made without a name for its download where the server refuses that', async () => {
  const bench = await gatewayBench({
    answer: ({ url }) =>
      url.includes('response-content-disposition') ? s3Error(400, 'InvalidRequest') : undefined,
  });
  await (await bench.uploadOf(1000)).upload.run();
  const [key] = await bench.keys();
  const life = { signedAtMs: Math.floor(Date.now() / 1000) * 1000, expiresInSeconds: 3600 };
  const { url } = await bench.connector.presign(bench.config, key!, life);
  expect((await fetch(url)).status).toBe(200);
});

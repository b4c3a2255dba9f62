import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { page, s3Error, type GatewayReply, type GatewayRequest } from '../fakes/Gateway';
import { KEY, MIB } from '../main/upload/support';
import { gatewayBench } from './gatewayBench';
import { outcomeOf } from './storeFixture';

const HOUR_MS = 3_600_000;
const PARTS = 4;
const fixture = (name: string) =>
  readFileSync(path.join(import.meta.dirname, '../fixtures/tls', name), 'utf8');
const tls = { key: fixture('localhost.key'), cert: fixture('localhost.crt') };
const caFile = path.join(import.meta.dirname, '../fixtures/tls/localhost.crt');

/** Refuses the first `count` requests that match, and none of them before all have arrived. */
function refuseTogether(
  count: number,
  matches: (request: GatewayRequest) => boolean,
  refusal: () => Partial<GatewayReply>,
) {
  let arrived = 0;
  let release: () => void;
  const all = new Promise<void>((resolve) => (release = resolve));
  return async (request: GatewayRequest) => {
    if (!matches(request)) return undefined;
    arrived += 1;
    if (arrived >= count) release();
    await all;
    return refusal();
  };
}

const isPart = ({ url }: GatewayRequest) => url.includes('partNumber=');
const wrongRegion = () => {
  const { headers, ...rest } = s3Error(400, 'AuthorizationHeaderMalformed');
  return { ...rest, headers: { ...headers, 'x-amz-bucket-region': 'eu-west-3' } };
};

type Case = {
  matches: (request: GatewayRequest) => boolean;
  refusal: () => Partial<GatewayReply>;
  secure?: true;
  region?: string;
};

test.each<[string, Case]>([
  ['Expect', { matches: ({ headers }) => 'expect' in headers, refusal: () => page(417) }],
  ['Expect, by a gateway’s 400', { matches: ({ headers }) => 'expect' in headers, refusal: () => page(400) }],
  [
    'an unsigned body',
    {
      matches: (request) => isPart(request) && request.headers['x-amz-content-sha256'] === 'UNSIGNED-PAYLOAD',
      refusal: () => s3Error(403, 'AccessDenied'),
      secure: true,
    },
  ],
  [
    'another region',
    {
      matches: (request) => isPart(request) && request.headers.authorization!.includes('/xx-wrong-1/'),
      refusal: wrongRegion,
    },
  ],
])(
  'parts that are refused together for %s are all sent again',
  async (name, { matches, refusal, secure }) => {
    const answer = refuseTogether(PARTS, matches, refusal);
    const bucket = { region: 'eu-west-3' };
    const bench = await gatewayBench(secure ? { answer, tls } : { answer }, {
      bucket,
      config: secure ? { caFile } : {},
    });
    const store = bench.store();
    const { uploadId } = await store.createMultipartUpload({ key: KEY, contentType: 'text/plain' });
    const sender = name === 'another region' ? bench.store({ ...bench.config, region: 'xx-wrong-1' }) : store;
    const send = async (number: number) =>
      outcomeOf(sender.uploadPart({ key: KEY, uploadId, number, body: Buffer.alloc(MIB, number) }));
    const outcomes = await Promise.all(Array.from({ length: PARTS }, (_, index) => send(index + 1)));
    expect(outcomes).toEqual(Array(PARTS).fill('ok'));
    expect(bench.seen.filter(isPart)).toHaveLength(2 * PARTS);
    store.close();
    sender.close();
  },
);

test('what one store learns of the clock reaches the others, also when their requests are under way', async () => {
  const bucket = { now: () => Date.now() + 2 * HOUR_MS };
  const date = () => new Date(bucket.now()).toUTCString();
  const refused = () => ({ status: 403, headers: { date: date() }, body: '' });
  let heads = 0;
  const isFirstTwo = ({ method }: GatewayRequest) => method === 'HEAD' && ++heads <= 2;
  const bench = await gatewayBench(
    {
      answer: refuseTogether(2, isFirstTwo, refused),
      change: (_request, { headers }) => void (headers.date = date()),
    },
    { bucket },
  );
  const stores = [bench.store(), bench.store(), bench.store()] as const;
  const [first, second, idle] = stores;
  const heading = [first, second].map((store) => store.headObject({ key: KEY }));
  expect(await Promise.all(heading)).toEqual([null, null]);
  expect(bench.seen.map(({ status }) => status)).toEqual([403, 403, 404, 404]);
  const before = bench.seen.length;
  expect(await idle.headObject({ key: KEY })).toBeNull();
  expect(bench.seen.slice(before).map(({ status }) => status)).toEqual([404]);
  for (const store of stores) store.close();
});

test('parts that are denied, signed or not, leave later bodies unsigned and tell the first refusal', async () => {
  const bench = await gatewayBench(
    { tls, answer: (request) => (isPart(request) ? s3Error(403, 'AccessDenied') : undefined) },
    { config: { caFile } },
  );
  const store = bench.store();
  const { uploadId } = await store.createMultipartUpload({ key: KEY, contentType: 'text/plain' });
  const send = (number: number) =>
    outcomeOf(store.uploadPart({ key: KEY, uploadId, number, body: Buffer.alloc(1000) }));
  expect(await Promise.all([1, 2, 3, 4].map(send))).toEqual(Array(4).fill('needs-user AccessDenied'));
  const before = bench.seen.length;
  await send(5);
  expect(bench.seen.slice(before).map(({ headers }) => headers['x-amz-content-sha256'])).toEqual([
    'UNSIGNED-PAYLOAD',
  ]);
  store.close();
});

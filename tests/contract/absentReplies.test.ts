import { expect, test } from 'vitest';
import { KEY, MIB } from '../main/upload/support';
import { gatewayBench } from './gatewayBench';
import type { GatewayReply, GatewayRequest } from '../fakes/Gateway';

/** Removes headers from replies, as a CDN may. */
function dropping(wanted: RegExp, methods: readonly string[]) {
  return ({ method }: GatewayRequest, { headers }: GatewayReply) => {
    if (!methods.includes(method)) return;
    for (const name of Object.keys(headers)) if (wanted.test(name)) delete headers[name];
  };
}

const lengths = /^content-length$/;
const marks = /^x-amz-meta-/;
const etags = /^etag$/;

test.each([
  ['a size', lengths, ['HEAD']],
  ['metadata', marks, ['HEAD']],
  ['metadata in any reply', marks, ['HEAD', 'GET']],
  ['an ETag', etags, ['HEAD']],
  ['an ETag in any reply', etags, ['HEAD', 'GET']],
  ['size, metadata and ETag', /^(content-length|etag|x-amz-meta-.*)$/, ['HEAD']],
  ['an ETag, in the replies to PUT', etags, ['PUT']],
])('a bucket that does not tell %s is uploaded to once', async (_what, wanted, methods) => {
  for (const size of [1000, 6 * MIB]) {
    const bench = await gatewayBench({ change: dropping(wanted, methods) });
    expect(await bench.test()).toMatchObject({ valid: true });
    await (await bench.uploadOf(size)).upload.run();
    expect(bench.bundleBytes()).toBe(size);
  }
});

test.each([true, false])(
  'a gateway that weakens ETags is uploaded to once (checksums: %s)',
  async (tells) => {
    const weaken = ({ method }: GatewayRequest, reply: GatewayReply) => {
      const { etag } = reply.headers;
      if (etag) reply.headers.etag = `W/${etag}`;
      if (!tells) dropping(/^x-amz-checksum-/, ['HEAD', 'GET'])({ method } as GatewayRequest, reply);
    };
    for (const size of [1000, 6 * MIB]) {
      const bench = await gatewayBench({ change: weaken });
      expect(await bench.test()).toMatchObject({ valid: true });
      await (await bench.uploadOf(size)).upload.run();
      expect(bench.bundleBytes()).toBe(size);
    }
  },
);

test('without metadata the test of the connection says what works less well', async () => {
  const bench = await gatewayBench({ change: dropping(marks, ['HEAD', 'GET']) });
  expect((await bench.test()).warnings).toEqual([expect.stringMatching(/keeps no metadata/)]);
});

test('where neither checksum nor ETag is told, that is said, and not that the bundle is damaged', async () => {
  const bench = await gatewayBench({ change: dropping(/^(etag|x-amz-checksum-.*)$/, ['HEAD', 'GET']) });
  bench.bucket.faults.add({
    match: { operation: 'ListObjectsV2' },
    times: 99,
    action: { kind: 'status', status: 403, code: 'AccessDenied' },
  });
  expect(await bench.test()).toMatchObject({ valid: false, error: { code: 'NotVerifiable' } });
  const { upload } = await bench.uploadOf(1000);
  await expect(upload.run()).rejects.toMatchObject({
    verdict: 'needs-user',
    problem: { code: 'NotVerifiable', details: expect.stringContaining('ETag not told') as unknown },
  });
});

test('an object of somebody else without metadata is not overwritten', async () => {
  const bench = await gatewayBench({ change: dropping(marks, ['HEAD', 'GET']) });
  const store = bench.store();
  await store.putObject({ key: KEY, body: Buffer.from('mine'), contentType: 'text/plain' });
  const { upload } = await bench.uploadOf(1000);
  await expect(upload.run()).rejects.toMatchObject({ problem: { code: 'ObjectExists' } });
  store.close();
});

test('a later bundle replaces the earlier one of its session where no metadata is kept', async () => {
  const bench = await gatewayBench({ change: dropping(marks, ['HEAD', 'GET']) });
  const first = await bench.uploadOf(1000);
  const result = await first.upload.run();
  const second = await bench.uploadOf(2000);
  const { bucket, key, uploadToken, file } = first.upload.disk;
  second.upload.disk = {
    ...second.upload.disk,
    uploaded: {
      ...{
        endpoint: bench.endpoint,
        bucket: bucket!,
        key: key!,
        uploadToken: uploadToken!,
        size: file!.size,
      },
      ...{ etag: result.etag, checksum: result.checksum, verifiedAt: 1 },
    },
  };
  await second.upload.run();
  const store = bench.store();
  expect((await store.headObject({ key: KEY }))?.size).toBe(2000);
  store.close();
});

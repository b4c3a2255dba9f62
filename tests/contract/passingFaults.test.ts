import { expect, test } from 'vitest';
import type { ObjectStoreError } from '../../src/upload/objectStore/objectStore';
import { page, s3Error, type GatewayReply, type GatewayRequest } from '../fakes/Gateway';
import { failed, KEY, MIB } from '../main/upload/support';
import { gatewayBench } from './gatewayBench';
import { wordsOf } from '../wordsOf';

const isBundle = ({ url }: GatewayRequest) => url.includes(KEY) && !url.includes('.probe');
const isCompletion = (request: GatewayRequest) =>
  request.method === 'POST' && isBundle(request) && request.url.includes('uploadId=');

/** Answers the first HEAD after the bundle was stored. */
function afterStoring(times: number, reply: Partial<GatewayReply>) {
  let stored = false;
  let left = times;
  return {
    answer(request: GatewayRequest) {
      const isLook = isBundle(request) && ['HEAD', 'GET'].includes(request.method);
      return isLook && stored && left-- > 0 ? reply : undefined;
    },
    change(request: GatewayRequest) {
      if (isCompletion(request) || (request.method === 'PUT' && isBundle(request))) stored = true;
    },
  };
}

test.each([
  ['501', s3Error(501, 'NotImplemented')],
  ['500', s3Error(500, 'InternalError')],
  ['400', s3Error(400, 'BadRequest')],
  ['404', s3Error(404, 'NoSuchKey')],
  ['405 of a gateway', page(405)],
  ['403 of a gateway', page(403)],
  ['502 of a gateway', page(502)],
])('%s in passing at the verification sends nothing again', async (_status, reply) => {
  for (const size of [1000, 6 * MIB]) {
    const bench = await gatewayBench(afterStoring(1, reply));
    await (await bench.uploadOf(size)).upload.run();
    expect(bench.bundleBytes()).toBe(size);
  }
});

test('a verification that fails for longer waits, and a later attempt finds the bundle', async () => {
  const bench = await gatewayBench(afterStoring(20, page(501)));
  const { upload } = await bench.uploadOf(1000);
  for (let attempt = 0, done = false; !done; attempt++) {
    expect(attempt).toBeLessThan(10);
    const error = await upload.run().then(
      () => (done = true),
      (failure: ObjectStoreError) => failure,
    );
    if (error !== true) expect(error).toMatchObject({ verdict: 'retry' });
  }
  expect(bench.bundleBytes()).toBe(1000);
});

test.each([
  ['AccessDenied', 'needs-user'],
  ['EntityTooSmall', 'needs-user'],
  ['EntityTooLarge', 'needs-user'],
  ['InvalidRequest', 'needs-user'],
  ['InvalidPartOrder', 'needs-user'],
  ['MalformedXML', 'needs-user'],
  ['NoSuchBucket', 'needs-user'],
  ['KMS.DisabledException', 'needs-user'],
  ['KMS.SomethingNew', 'needs-user'],
  ['ExpiredToken', 'needs-user'],
  ['InvalidAccessKeyId', 'needs-user'],
  ['QuotaExceeded', 'needs-user'],
  ['InternalError', 'retry'],
  ['SomethingUnheardOf', 'retry'],
  ['SlowDown', 'throttle'],
  ['ServiceUnavailable', 'throttle'],
])('a success of Complete with %s inside: %s', async (code, verdict) => {
  const inside = { ...s3Error(200, code), status: 200 };
  const bench = await gatewayBench({
    answer: (request) => (isCompletion(request) ? inside : undefined),
  });
  await bench.memory.remember(bench.config, { checksumAlgorithm: 'CRC32', conditionalWrites: true });
  const { upload } = await bench.uploadOf(6 * MIB);
  const failure = await failed(upload.run());
  expect(failure).toMatchObject({ verdict, problem: { code } });
  expect(wordsOf(failure).message).not.toMatch(verdict === 'needs-user' ? /busy|broke off/ : /refused/);
});

test('InvalidPart inside a success begins anew, and ends', async () => {
  const bench = await gatewayBench({
    answer: (request) =>
      isCompletion(request) ? { ...s3Error(200, 'InvalidPart'), status: 200 } : undefined,
  });
  const { upload } = await bench.uploadOf(6 * MIB);
  await failed(upload.run());
  expect(bench.bundleBytes()).toBeLessThanOrEqual(3 * 6 * MIB);
});

test('a Complete that never knows the upload ends after three times, over all attempts', async () => {
  const bench = await gatewayBench({
    answer: (request) => (isCompletion(request) ? s3Error(404, 'NoSuchUpload') : undefined),
  });
  const { upload } = await bench.uploadOf(6 * MIB);
  const failure = await failed(upload.run());
  expect(failure).toMatchObject({ verdict: 'needs-user', problem: { code: 'UploadNeverKnown' } });
  expect(bench.bundleBytes()).toBe(3 * 6 * MIB);
});

test.each([
  ['CRC32', undefined],
  ['nothing', /^x-amz-checksum/],
])(
  'the probe of a bucket that keeps %s gets through where every fifth answer is 500',
  async (_kept, hidden) => {
    let count = 0;
    const bench = await gatewayBench({
      answer: () => ((count += 1) % 5 === 0 ? s3Error(500, 'InternalError') : undefined),
      change: (_request, { headers }) => {
        for (const name of Object.keys(headers)) if (hidden?.test(name)) delete headers[name];
      },
    });
    const { upload } = await bench.uploadOf(MIB);
    for (let attempt = 1; ; attempt++) {
      expect(attempt).toBeLessThan(4);
      if (
        await upload.run().then(
          () => true,
          () => false,
        )
      )
        break;
    }
    expect(await bench.keys()).toEqual([KEY]);
  },
);

test('what the probe found before it was cut off stays known, and its object does not stay', async () => {
  let open = 4;
  const bench = await gatewayBench({
    answer: ({ url }) => (url.includes('.probe') && open-- <= 0 ? s3Error(503, 'SlowDown') : undefined),
    change: (_request, { headers }) => {
      for (const name of Object.keys(headers)) if (name.startsWith('x-amz-checksum')) delete headers[name];
    },
  });
  const { upload } = await bench.uploadOf(1000);
  expect(await failed(upload.run())).toMatchObject({ verdict: 'throttle' });
  expect(await bench.memory.recall(bench.config)).toMatchObject({ notKept: ['CRC32', 'CRC64NVME'] });
  open = 99;
  await upload.run();
  expect(await bench.keys()).toEqual([KEY]);
  expect(await bench.memory.recall(bench.config)).toMatchObject({ checksumAlgorithm: 'MD5' });
});

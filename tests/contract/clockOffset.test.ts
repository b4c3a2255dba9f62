import { expect, test } from 'vitest';
import { KEY } from '../main/upload/support';
import { gatewayBench } from './gatewayBench';

const HOUR_MS = 3_600_000;

test.each([2, -2, 30])('links hold on a computer whose clock is %i hours off', async (hours) => {
  const bucket = { now: () => Date.now() - hours * HOUR_MS };
  const bench = await gatewayBench(
    { change: (_request, { headers }) => void (headers.date = new Date(bucket.now()).toUTCString()) },
    { bucket },
  );
  // Before anything was uploaded, and after.
  const life = { signedAtMs: Math.floor(Date.now() / 1000) * 1000, expiresInSeconds: 3600 };
  await expect(bench.connector.presign(bench.config, KEY, life)).rejects.toMatchObject({ httpStatus: 404 });
  await (await bench.uploadOf(1000)).upload.run();
  const { url, unchecked } = await bench.connector.presign(bench.config, KEY, life);
  expect(unchecked).toBeUndefined();
  expect((await fetch(url)).status).toBe(200);
});

test('what is known of the clock spares the next store a refusal, also of a HEAD', async () => {
  const bucket = { now: () => Date.now() + 2 * HOUR_MS };
  const bench = await gatewayBench(
    { change: (_request, { headers }) => void (headers.date = new Date(bucket.now()).toUTCString()) },
    { bucket },
  );
  const first = bench.store();
  expect(await first.headObject({ key: KEY })).toBeNull();
  first.close();
  const before = bench.seen.length;
  const second = bench.store();
  expect(await second.headObject({ key: KEY })).toBeNull();
  second.close();
  expect(bench.seen.slice(before).map(({ status }) => status)).toEqual([404]);
});

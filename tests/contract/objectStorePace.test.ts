import { expect, onTestFinished, test } from 'vitest';
import { startLocalBucket } from '../../local-bucket/localBucket';
import { RateLimit } from '../../src/upload/rateLimit';
import { systemClock } from '../../src/lib/systemClock';
import { createS3ObjectStore } from '../../src/upload/objectStore/s3/S3ObjectStore';
import { failed, makeTempDir } from '../main/upload/support';

const contentType = 'application/zip';

async function pacedStore(bytesPerSecond: number) {
  const { endpoint, region, bucket, accessKeyId, secretAccessKey, close } = await startLocalBucket({
    dir: await makeTempDir(),
  });
  onTestFinished(close);
  const rateLimit = new RateLimit(systemClock);
  rateLimit.set(bytesPerSecond);
  const credentials = { accessKeyId, secretAccessKey };
  const place = { endpoint, region, bucket, forcePathStyle: true };
  const store = createS3ObjectStore({ ...place, credentials, rateLimit, now: Date.now });
  onTestFinished(() => store.close());
  return { store, rateLimit };
}

test('two bodies at once are held to one limit, and arrive whole', async () => {
  const { store } = await pacedStore(1_000_000);
  const body = Buffer.alloc(750_000, 7);
  const began = performance.now();
  await Promise.all(['a', 'b'].map((key) => store.putObject({ key, body, contentType })));
  // The first tenth of a second is a burst; slower than the limit it may be, on a busy machine.
  expect(performance.now() - began).toBeGreaterThan(1300);
  expect((await store.headObject({ key: 'b' }))?.size).toBe(750_000);
});

test('a cancelled body sends no more, and holds up nobody', async () => {
  const { store, rateLimit } = await pacedStore(20_000);
  const cancel = new AbortController();
  const body = Buffer.alloc(3_000_000);
  let sent = 0;
  const onBytesSent = (bytes: number) => {
    sent += bytes;
    cancel.abort();
  };
  const put = store.putObject({ key: 'a', body, contentType, signal: cancel.signal, onBytesSent });
  expect((await failed(put)).verdict).toBe('cancelled');
  expect(sent).toBeLessThan(10_000);
  rateLimit.set(null);
  await store.putObject({ key: 'b', body: Buffer.alloc(1000), contentType });
});

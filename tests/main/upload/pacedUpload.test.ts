import { expect, onTestFinished, test } from 'vitest';
import { startLocalBucket } from '../../../local-bucket/localBucket';
import { RateLimit } from '../../../src/upload/rateLimit';
import { systemClock } from '../../../src/lib/systemClock';
import { createS3ObjectStore } from '../../../src/upload/objectStore/s3/S3ObjectStore';
import type { ByteProgress } from '../../../src/upload/transfer/byteCounter';
import type { Clock } from '../../../src/shared/runtime';
import { failed, KEEPS_CRC32, KEY, makeBundle, makeTempDir, MIB, testConfig, UploadBench } from './support';

const PART = 5 * MIB;
/** How many times faster than the wall's the clock of the limit goes. */
const HASTE = 20;

const hastyClock: Clock = {
  ...systemClock,
  monotonicUs: () => systemClock.monotonicUs() * HASTE,
  setTimeout: (run, delayMs) => systemClock.setTimeout(run, delayMs / HASTE),
};

/** A bundle of five parts for a real server, held to `bytesPerSecond` on the hasty clock. */
async function pacedUpload(bytesPerSecond: number) {
  const server = await startLocalBucket({ dir: await makeTempDir() });
  onTestFinished(() => server.close());
  const { endpoint, region, bucket, accessKeyId, secretAccessKey } = server;
  const config = { ...testConfig, endpoint, region, bucket, accessKeyId, secretAccessKey };
  const rateLimit = new RateLimit(hastyClock);
  rateLimit.set(bytesPerSecond);
  const options = { ...config, forcePathStyle: true, credentials: config, now: Date.now };
  const connect = () => createS3ObjectStore({ ...options, rateLimit });
  const { file, content } = await makeBundle(await makeTempDir(), 5 * PART);
  const look = createS3ObjectStore(options);
  onTestFinished(() => look.close());
  return { rateLimit, content, look, upload: new UploadBench(connect, file, config, KEEPS_CRC32, rateLimit) };
}

test('under a limit a pause loses no more than the one part on its way, and what was shown as kept is kept', async () => {
  const { upload, look, rateLimit, content } = await pacedUpload(400_000);
  const pause = new AbortController();
  let last: ByteProgress | undefined;
  const onProgress = (progress: ByteProgress) => {
    last = progress;
    // In the middle of the third part: with four at once nothing would have been acknowledged by then.
    if (progress.bytesSent >= 2.5 * PART) pause.abort();
  };
  expect((await failed(upload.run({ signal: pause.signal, onProgress }))).verdict).toBe('cancelled');
  const { bytesAcknowledged, bytesSent } = last!;
  expect(bytesAcknowledged).toBe(2 * PART);
  expect(bytesSent - bytesAcknowledged).toBeLessThanOrEqual(PART);
  expect(upload.disk.bytesUploaded).toBe(bytesAcknowledged);
  const { uploadId } = upload.disk.multipart!;
  expect((await look.listParts({ key: KEY, uploadId })).map(({ size }) => size)).toEqual([PART, PART]);

  rateLimit.set(null);
  let resent = 0;
  await upload.run({ onProgress: (progress) => (resent = progress.bytesSent) });
  expect(resent).toBe(content.length - bytesAcknowledged);
});

test('a limit that comes while parts are under way leaves one at a time after them', async () => {
  const { upload, rateLimit } = await pacedUpload(400_000);
  rateLimit.set(null);
  let most = 0;
  await upload.run({
    onProgress: ({ bytesSent, bytesAcknowledged, bytesUnderWay }) => {
      if (bytesSent > 0 && rateLimit.bytesPerSecond === null) rateLimit.set(2_000_000);
      if (bytesAcknowledged >= 4 * PART) most = Math.max(most, bytesUnderWay);
    },
  });
  expect(most).toBeLessThanOrEqual(PART);
});

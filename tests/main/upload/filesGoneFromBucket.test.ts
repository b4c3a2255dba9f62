import { appendFile, readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startLocalBucket } from '../../../local-bucket/localBucket';
import { createS3ObjectStore } from '../../../src/upload/objectStore/s3/S3ObjectStore';
import { checkBucket } from '../../../src/main/upload/bucketCheck';
import { TOKEN_METADATA } from '../../../src/upload/transfer/judgeObject';
import type { ObjectStore } from '../../../src/upload/objectStore/objectStore';
import type { UploadedObject } from '../../../src/shared/upload';
import { FakeClock } from '../../fakes/FakeClock';
import { KEY, makeTempDir, testConfig } from './support';

/** An uploaded object in a local bucket, the folder of that bucket, and the app's question after the object. */
async function uploaded() {
  const dir = await makeTempDir();
  const bucket = await startLocalBucket({ dir, onNotice: () => undefined });
  onTestFinished(() => bucket.close());
  const { endpoint, region, accessKeyId, secretAccessKey } = bucket;
  const place = { endpoint, region, bucket: bucket.bucket, forcePathStyle: true };
  const credentials = { accessKeyId, secretAccessKey };
  const createStore = (): ObjectStore => createS3ObjectStore({ ...place, credentials, now: Date.now });
  const [body, uploadToken] = [Buffer.from('a bundle'), 'the-token-of-then'];
  const store = createStore();
  onTestFinished(() => store.close());
  const metadata = { [TOKEN_METADATA]: uploadToken };
  const { etag } = await store.putObject({ key: KEY, body, contentType: 'application/zip', metadata });
  const object: UploadedObject = {
    ...{ endpoint, bucket: bucket.bucket, key: KEY, uploadToken, size: body.length, etag, verifiedAt: 0 },
  };
  const config = {
    requireWithSecret: async () => ({ ...testConfig, ...place, accessKeyId, secretAccessKey }),
  };
  const check = async () =>
    (await checkBucket(object, { createStore, config, clock: new FakeClock() })).found;
  return { folder: path.join(dir, 'buckets', bucket.bucket), check };
}

test.each(['', 'data'])(
  'with the bucket’s folder %j moved away the app says gone, until it is back',
  async (name) => {
    const { folder, check } = await uploaded();
    expect(await check()).toBe('same');
    const moved = path.join(folder, name);
    await rename(moved, `${folder}-aside`);
    expect(await check()).toBe('gone');
    await rename(`${folder}-aside`, moved);
    expect(await check()).toBe('same');
  },
);

test('what the bucket keeps in another size than was written is gone', async () => {
  const { folder, check } = await uploaded();
  for (const name of await readdir(path.join(folder, 'data')))
    await appendFile(path.join(folder, 'data', name), 'more');
  expect(await check()).toBe('gone');
});

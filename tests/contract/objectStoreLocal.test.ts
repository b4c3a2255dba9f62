import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startLocalBucket } from '../../local-bucket/localBucket';
import { describeObjectStore } from './objectStore.contract';
import { s3Fixture } from './storeFixture';

describeObjectStore('the local bucket', async () => {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'local-bucket-'));
  const bucket = await startLocalBucket({ dir });
  return s3Fixture(bucket, async () => {
    await bucket.close();
    await rm(dir, { recursive: true });
  });
});

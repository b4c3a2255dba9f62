import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { afterAll, beforeAll } from 'vitest';
import { startLocalBucket, type LocalBucket, type LocalBucketOptions } from '../localBucket.ts';

export type BucketUnderTest = {
  bucket: LocalBucket;
  dir: string;
  client(more?: Partial<S3ClientConfig>): S3Client;
  /** Stops the server and starts it again on the same folder. */
  restart(): Promise<void>;
};

/** A local bucket for a whole test file, in a folder that is removed afterwards. */
export function useBucket(options: Partial<LocalBucketOptions> = {}): BucketUnderTest {
  const clients: S3Client[] = [];
  const start = () => startLocalBucket({ ...options, dir: used.dir });
  const used: BucketUnderTest = {
    bucket: undefined as never,
    dir: '',
    client: (more = {}) => {
      const { endpoint, region, accessKeyId, secretAccessKey } = used.bucket;
      const credentials = { accessKeyId, secretAccessKey };
      const client = new S3Client({
        endpoint,
        region,
        credentials,
        forcePathStyle: true,
        maxAttempts: 1,
        ...more,
      });
      clients.push(client);
      return client;
    },
    restart: async () => {
      await used.bucket.close();
      used.bucket = await start();
    },
  };
  beforeAll(async () => {
    used.dir = await mkdtemp(path.join(os.tmpdir(), 'local-bucket-'));
    used.bucket = await start();
  });
  afterAll(async () => {
    for (const client of clients) client.destroy();
    await used.bucket.close();
    await rm(used.dir, { recursive: true });
  });
  return used;
}

/** The name of the call's error; `ok` if it succeeds. */
export async function errorName(run: Promise<unknown>): Promise<string> {
  return run.then(
    () => 'ok',
    (error: Error & { code?: string }) => error.code ?? error.name,
  );
}

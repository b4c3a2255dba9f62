import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startLocalBucket } from '../../local-bucket/localBucket.ts';
import type { Destination } from '../contract/storeFixture';

/** An S3 server behind the proxy. */
export type ServerUnderTest = { name: string; destination: Destination; stop(): Promise<void> };

export const LOCAL = 'the local bucket';

/** The local bucket always; Ceph where somebody started it (`npm run test:faults` does) and the whole matrix is asked. */
export const serversUnderTest: { name: string; start: () => Promise<ServerUnderTest> }[] = [
  { name: LOCAL, start: startLocal },
  ...foreign('Ceph', process.env.SESSION_RECORDER_CEPH),
];

async function startLocal(): Promise<ServerUnderTest> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'faults-bucket-'));
  const bucket = await startLocalBucket({ dir });
  const { endpoint, region, accessKeyId, secretAccessKey } = bucket;
  const destination = { endpoint, region, bucket: bucket.bucket, accessKeyId, secretAccessKey };
  const stop = async () => {
    await bucket.close();
    await rm(dir, { recursive: true, force: true });
  };
  return { name: LOCAL, destination, stop };
}

function foreign(name: string, described: string | undefined) {
  if (!described || process.env.FAULTS !== 'all') return [];
  const destination = JSON.parse(described) as Destination;
  return [{ name, start: async () => ({ name, destination, stop: async () => undefined }) }];
}

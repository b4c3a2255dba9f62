import { describe, it, onTestFinished } from 'vitest';
import { startLocalBucket } from '../../local-bucket/localBucket';
import { makeTempDir } from '../main/upload/support';
import type { Destination } from './storeFixture';
import { describeUploadEngine } from './uploadEngine.contract';

describeUploadEngine('the local bucket', async () => {
  const server = await startLocalBucket({ dir: await makeTempDir() });
  onTestFinished(() => server.close());
  const { endpoint, region, bucket, accessKeyId, secretAccessKey } = server;
  return { endpoint, region, bucket, accessKeyId, secretAccessKey };
});

/** Servers somebody else started: `npm run test:servers` does. */
for (const [name, variable] of [
  ['Ceph RADOS Gateway', 'SESSION_RECORDER_CEPH'],
  ['OpenStack Swift s3api', 'SESSION_RECORDER_SWIFT'],
] as const) {
  const described = process.env[variable];
  if (described) describeUploadEngine(name, async () => JSON.parse(described) as Destination);
  else
    describe(`uploads to ${name}`, () => {
      it.skip(`left out: ${name} is not running; "npm run test:servers" starts it`);
    });
}

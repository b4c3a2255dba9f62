// Whether the bucket of a settings file runs: exit code 0 where a server that knows its keys has this bucket. In a
// process of its own, for the SDK wants a newer Node than npm start may be run with.
import { readFileSync } from 'node:fs';
import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';

const { endpoint, region, bucket, ...credentials } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true, maxAttempts: 1 });
try {
  await client.send(new HeadBucketCommand({ Bucket: bucket }));
} catch {
  // Nobody there, or somebody else: either way not the bucket of this folder.
  process.exitCode = 1;
} finally {
  client.destroy();
}

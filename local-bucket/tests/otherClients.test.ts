import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { useBucket } from './bucketUnderTest.ts';

const run = promisify(execFile);
const AWS = '/usr/bin/aws';
const RCLONE = '/usr/bin/rclone';
const missing = [AWS, RCLONE]
  .filter((program) => !existsSync(program))
  .map((program) => path.basename(program));
if (missing.length > 0)
  console.log(
    `Left out: reading the local bucket with ${missing.join(' and ')} (apt-get install awscli rclone).`,
  );

describe('programs of other people', () => {
  const used = useBucket();
  const env = () => {
    const { accessKeyId, secretAccessKey } = used.bucket;
    const keys = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
    // rclone fails with a CA bundle, which it does not need here.
    return { PATH: '/usr/bin:/bin', HOME: used.dir, AWS_EC2_METADATA_DISABLED: 'true', ...keys };
  };

  it.skipIf(!existsSync(AWS))('awscli writes in parts, lists and reads back', async () => {
    const body = randomBytes(17 * 1024 * 1024);
    await writeFile(path.join(used.dir, 'sent'), body);
    const aws = (...args: string[]) =>
      run(AWS, ['--endpoint-url', used.bucket.endpoint, '--region', 'us-east-1', 's3', ...args], {
        env: env(),
      });
    await aws('cp', '--quiet', path.join(used.dir, 'sent'), 's3://recordings/by aws/file');
    expect(used.bucket.log.of('UploadPart').length).toBeGreaterThan(1);
    expect((await aws('ls', '--recursive', 's3://recordings/')).stdout).toContain(
      `${body.length} by aws/file`,
    );
    await aws('cp', '--quiet', 's3://recordings/by aws/file', path.join(used.dir, 'back'));
    expect((await readFile(path.join(used.dir, 'back'))).equals(body)).toBe(true);
  });

  it.skipIf(!existsSync(RCLONE))('rclone writes, lists and reads back', async () => {
    const body = randomBytes(3 * 1024 * 1024);
    await writeFile(path.join(used.dir, 'sent'), body);
    const remote = `:s3,provider=Other,endpoint='${used.bucket.endpoint}',region=us-east-1,env_auth=true:recordings`;
    const rclone = (...args: string[]) => run(RCLONE, args, { env: env() });
    await rclone('copyto', path.join(used.dir, 'sent'), `${remote}/by rclone/file`);
    expect((await rclone('ls', remote)).stdout).toContain(`${body.length} by rclone/file`);
    await rclone('copyto', `${remote}/by rclone/file`, path.join(used.dir, 'back'));
    expect((await readFile(path.join(used.dir, 'back'))).equals(body)).toBe(true);
  });
});

import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { expect, it } from 'vitest';
import { errorName, useBucket } from './bucketUnderTest.ts';

let now = Date.UTC(2026, 0, 1);
const used = useBucket({ now: () => now });
const put = (credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }) =>
  used
    .client({ credentials, systemClockOffset: now - Date.now() })
    .send(new PutObjectCommand({ Bucket: used.bucket.bucket, Key: 'k', Body: 'x' }));

it('takes temporary keys with their token until they expire', async () => {
  const keys = used.bucket.keys.issue(now + 60_000);
  expect(await errorName(put(keys))).toBe('ok');
  now += 60_000;
  expect(await errorName(put(keys))).toBe('ExpiredToken');
});

it('refuses temporary keys without their token, and a token with the permanent keys', async () => {
  const { sessionToken, ...keys } = used.bucket.keys.issue(now + 60_000);
  const { accessKeyId, secretAccessKey } = used.bucket;
  expect(await errorName(put(keys))).toBe('InvalidToken');
  expect(await errorName(put({ ...keys, sessionToken: 'another' }))).toBe('InvalidToken');
  expect(await errorName(put({ accessKeyId, secretAccessKey, sessionToken }))).toBe('InvalidToken');
});

it('ends temporary keys before their time, links made with them included', async () => {
  const keys = used.bucket.keys.issue(now + 3_600_000);
  await put(keys);
  const client = used.client({ credentials: keys, systemClockOffset: now - Date.now() });
  const command = new GetObjectCommand({ Bucket: used.bucket.bucket, Key: 'k' });
  const link = await getSignedUrl(client, command, { expiresIn: 600, signingDate: new Date(now) });
  expect((await fetch(link)).status).toBe(200);
  used.bucket.keys.expire(keys.accessKeyId);
  expect(await (await fetch(link)).text()).toContain('<Code>ExpiredToken</Code>');
});

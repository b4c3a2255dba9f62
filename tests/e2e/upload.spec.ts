import { createHash } from 'node:crypto';
import { makeExportedSession } from '../fixtures/exportedSession';
import { readState } from './harness/disk';
import { expectStatus, showSessions } from './harness/list';
import { configure, openSettings, saveSettings } from './harness/settings';
import { expect, neverRetry, test } from './harness/test';

const MiB = 1 << 20;

test('upload: progress is seen and the object equals the bundle', async ({ bucket, launch, userDataDir }) => {
  const session = await makeExportedSession(userDataDir, { sizeBytes: 32 * MiB });
  bucket.setBytesPerSecond(24 * MiB);
  const { page } = await launch();
  await configure(page, bucket);
  const [row] = await (await showSessions(page)).all();
  await row!.getByRole('button', { name: 'Upload', exact: true }).click();
  await expectStatus(row!, 'Uploading');
  await expect(row!.getByRole('progressbar')).toBeVisible();
  await expectStatus(row!, 'Uploaded');
  await expect(
    row!.getByText(`s3://${bucket.settings.bucket}/sessions/${session.sessionId}/${session.sessionId}.zip`),
  ).toBeVisible();
  expect(await sha256InBucket(bucket, session.sessionId)).toBe(session.sha256);
});

test('retry: invalid credentials fail at once with a readable cause; fixed, Retry finishes', async ({
  bucket,
  launch,
  userDataDir,
}) => {
  const session = await makeExportedSession(userDataDir, { sizeBytes: MiB });
  const { page } = await launch();
  await configure(page, bucket, { secret: 'not-the-secret-at-all' });
  const [row] = await (await showSessions(page)).all();
  await row!.getByRole('button', { name: 'Upload', exact: true }).click();
  await expectStatus(row!, 'Failed');
  await expect(row!.getByText(/secret/i).first()).toBeVisible();
  expect((await readState(session.folder))?.retryCount).toBe(0);

  await openSettings(page);
  await page.getByLabel('Secret access key').fill(bucket.settings.secretAccessKey);
  await saveSettings(page);
  await row!.getByRole('button', { name: 'Retry' }).click();
  await expectStatus(row!, 'Uploaded');
  expect(await sha256InBucket(bucket, session.sessionId)).toBe(session.sha256);
});

test('cancel: mid-upload leads back to "Not uploaded", leaves nothing on the server, and Upload works again', async ({
  bucket,
  launch,
  userDataDir,
}) => {
  const session = await makeExportedSession(userDataDir, { sizeBytes: 48 * MiB });
  bucket.setBytesPerSecond(8 * MiB);
  const { page } = await launch();
  await configure(page, bucket);
  const [row] = await (await showSessions(page)).all();
  await row!.getByRole('button', { name: 'Upload', exact: true }).click();
  await expect.poll(() => bucket.log.of('UploadPart').length).toBeGreaterThan(0);
  await row!.getByRole('button', { name: 'Cancel' }).click();
  await expectStatus(row!, 'Not uploaded');
  await expect.poll(() => bucket.listMultipartUploads()).toEqual([]);
  expect(await bucket.readObject(keyOf(session.sessionId))).toBeNull();

  bucket.setBytesPerSecond(null);
  await row!.getByRole('button', { name: 'Upload', exact: true }).click();
  await expectStatus(row!, 'Uploaded');
  expect(await sha256InBucket(bucket, session.sessionId)).toBe(session.sha256);
});

test.describe('never repeated', () => {
  neverRetry();
  test('kill -9 mid-upload: after a restart it resumes by itself and re-sends no acknowledged part', async ({
    bucket,
    launch,
    userDataDir,
  }) => {
    const session = await makeExportedSession(userDataDir, { sizeBytes: 80 * MiB });
    bucket.setBytesPerSecond(10 * MiB);
    const first = await launch();
    await configure(first.page, bucket);
    await (await showSessions(first.page)).getByRole('button', { name: 'Upload', exact: true }).click();
    // Recorded means: acknowledged by the server and durable here.
    await expect
      .poll(async () => (await readState(session.folder))?.multipart?.parts.length ?? 0, { timeout: 60_000 })
      .toBeGreaterThan(1);
    await first.kill9();
    const recorded = (await readState(session.folder))!.multipart!.parts.map((part) => part.number);
    bucket.log.clear();
    bucket.setBytesPerSecond(null);

    const second = await launch();
    await expectStatus((await showSessions(second.page)).first(), 'Uploaded', 60_000);
    const sentAgain = bucket.log.of('UploadPart').map((request) => request.partNumber!);
    expect(sentAgain.filter((number) => recorded.includes(number))).toEqual([]);
    expect(await sha256InBucket(bucket, session.sessionId)).toBe(session.sha256);
    expect(await bucket.listMultipartUploads()).toEqual([]);
  });
});

test('network gone: retries with a countdown, and finishes by itself when the server is back', async ({
  bucket,
  launch,
  userDataDir,
}) => {
  const session = await makeExportedSession(userDataDir, { sizeBytes: 24 * MiB });
  bucket.setBytesPerSecond(4 * MiB);
  const { page } = await launch();
  await configure(page, bucket);
  const [row] = await (await showSessions(page)).all();
  await row!.getByRole('button', { name: 'Upload', exact: true }).click();
  await expect.poll(() => bucket.log.of('UploadPart').length).toBeGreaterThan(0);
  await bucket.stop();
  await expect(row!.getByText(/(try|retrying) in \d+ s/i)).toBeVisible({ timeout: 60_000 });
  await expectStatus(row!, 'Pending');
  bucket.setBytesPerSecond(null);
  await bucket.restart();
  await expectStatus(row!, 'Uploaded', 60_000);
  expect(await sha256InBucket(bucket, session.sessionId)).toBe(session.sha256);
});

type Bucket = { readObject(key: string): Promise<Buffer | null> };
const keyOf = (sessionId: string) => `sessions/${sessionId}/${sessionId}.zip`;
async function sha256InBucket(bucket: Bucket, sessionId: string): Promise<string | null> {
  const body = await bucket.readObject(keyOf(sessionId));
  return body && createHash('sha256').update(body).digest('hex');
}

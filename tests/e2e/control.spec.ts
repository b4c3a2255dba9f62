import { createHash } from 'node:crypto';
import { makeExportedSession } from '../fixtures/exportedSession';
import { desktopOn, placeOnDisplay } from './harness/desktop';
import { readState } from './harness/disk';
import { expectStatus, showSessions } from './harness/list';
import { configure } from './harness/settings';
import { expect, test } from './harness/test';

const MiB = 1 << 20;

test('pause: holds through a restart, then goes on without sending a part twice; a link leads to the bundle', async ({
  bucket,
  launch,
  userDataDir,
}) => {
  const session = await makeExportedSession(userDataDir, { sizeBytes: 60 * MiB });
  bucket.setBytesPerSecond(10 * MiB);
  const first = await launch();
  await configure(first.page, bucket);
  const [row] = await (await showSessions(first.page)).all();
  await row!.getByRole('button', { name: 'Upload', exact: true }).click();
  await expect
    .poll(async () => (await readState(session.folder))?.multipart?.parts.length ?? 0, { timeout: 60_000 })
    .toBeGreaterThan(0);
  await row!.getByRole('button', { name: 'Pause' }).click();
  await expectStatus(row!, 'Paused');
  await first.close();
  const kept = (await readState(session.folder))!.multipart!.parts.map(({ number }) => number);
  const sentBefore = bucket.log.of('UploadPart').length;

  bucket.setBytesPerSecond(null);
  const { page, electron } = await launch();
  const [again] = await (await showSessions(page)).all();
  await expectStatus(again!, 'Paused');
  expect(bucket.log.of('UploadPart')).toHaveLength(sentBefore);
  await again!.getByRole('button', { name: 'Resume' }).click();
  await expectStatus(again!, 'Uploaded');
  const sentAfter = bucket.log.of('UploadPart').slice(sentBefore);
  expect(sentAfter).toHaveLength(6 - kept.length);

  await again!.getByRole('button', { name: /Copy link/ }).click();
  await page.getByRole('menuitem', { name: /1 hour/ }).click();
  await expect(again!.getByText(/Link copied/)).toBeVisible();
  const url = await electron.evaluate(({ clipboard }) => clipboard.readText());
  const reply = await fetch(url);
  const sha256 = createHash('sha256').update(Buffer.from(await reply.arrayBuffer()));
  expect(sha256.digest('hex')).toBe(session.sha256);
});

test('a double click on Upload begins the upload, and does not cancel it', async ({
  bucket,
  display,
  launch,
  userDataDir,
}) => {
  await makeExportedSession(userDataDir, { sizeBytes: 30 * MiB });
  bucket.setBytesPerSecond(10 * MiB);
  const { page } = await launch();
  await configure(page, bucket);
  const row = (await showSessions(page)).first();
  const desktop = desktopOn(display);
  await desktop.doubleClick(
    ...(await placeOnDisplay(page, row.getByRole('button', { name: 'Upload', exact: true }))),
  );
  await expect(row.getByRole('button', { name: 'Cancel' })).toBeVisible();
  bucket.setBytesPerSecond(null);
  await expectStatus(row, 'Uploaded');
});

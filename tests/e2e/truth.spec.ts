import { cp, rename, rm, utimes } from 'node:fs/promises';
import path from 'node:path';
import { makeExportedSession } from '../fixtures/exportedSession';
import { expectStatus, showSessions } from './harness/list';
import { configure } from './harness/settings';
import { expect, neverRetry, test } from './harness/test';

neverRetry();

const MiB = 1 << 20;

test('the list follows what other hands do in the bucket and in the folder, without a restart', async ({
  bucket,
  launch,
  userDataDir,
}) => {
  const { sessionId, folder, bundle } = await makeExportedSession(userDataDir, { sizeBytes: 6 * MiB });
  const key = `sessions/${sessionId}/${sessionId}.zip`;
  const { page } = await launch();
  await configure(page, bucket);
  const row = (await showSessions(page)).first();
  const press = (name: string) => row.getByRole('button', { name, exact: true }).click();
  const dialog = page.getByRole('alertdialog');
  await press('Upload');
  await expectStatus(row, 'Uploaded');

  await press('Check that the bundle is in the bucket');
  await expect(row).toContainText('still there, size and checksum match');
  await bucket.deleteObject(key);
  await press('Delete');
  await expect(dialog).toContainText('The bundle is no longer in the bucket');
  await expect(dialog.getByRole('button', { name: 'Delete' })).toBeDisabled();
  await dialog.getByRole('button', { name: 'Keep it' }).click();
  await expectStatus(row, 'Gone from the bucket');
  await press('Upload again');
  await expectStatus(row, 'Uploaded');
  expect((await bucket.readObject(key))?.length).toBe(6 * MiB);

  // Nothing but the watch on the folder tells of these two.
  const aside = path.join(userDataDir, 'aside');
  await rename(folder, aside);
  await expect(page.getByText('No sessions yet')).toBeVisible();
  await rename(aside, folder);
  await expectStatus(row, 'Uploaded');

  // Nor anything but the look at what is on the screen, of what happens in the folder.
  const put = path.join(userDataDir, 'put aside.zip');
  await rename(bundle, put);
  await expect(row).toContainText('The bundle is in the bucket, but no longer on this computer.');
  await rename(put, bundle);
  await expect(row).not.toContainText('no longer on this computer');
  await rm(bundle);
  await expect(row).toContainText('no longer on this computer. This session’s folder lacks all actions');
  await press('Export again');
  await expect(row.getByRole('alert')).toContainText('lacks all actions and the list of the screenshots');
  await press('Export without them…');
  await dialog.getByRole('button', { name: 'Export without them' }).click();
  await expectStatus(row, 'Changed since the upload');
  await expect(row.getByRole('alert')).toHaveCount(0);

  await press('Upload');
  await expect(dialog).toContainText('The bucket holds the bundle that was uploaded on');
  await expect(dialog).toContainText('made without all actions and the list of the screenshots');
  expect((await bucket.readObject(key))?.length).toBe(6 * MiB);
  await dialog.getByRole('button', { name: 'Replace' }).click();
  await expectStatus(row, 'Uploaded');
  expect((await bucket.readObject(key))?.length).toBeLessThan(MiB);

  // The very same once more is no change.
  await rm(bundle);
  await press('Export again');
  await expect(row).not.toContainText('no longer on this computer');
  await expectStatus(row, 'Uploaded');

  // Nor is a copy that somebody brought back without its time.
  await cp(folder, aside, { recursive: true });
  await rm(folder, { recursive: true });
  await expect(page.getByText('No sessions yet')).toBeVisible();
  await utimes(path.join(aside, `${sessionId}.zip`), new Date(), new Date(Date.now() + 60_000));
  await rename(aside, folder);
  await expectStatus(row, 'Uploaded');

  // A yes counts on what the bucket says when it is given.
  await press('Delete');
  await expect(dialog).toContainText('still holds the uploaded bundle');
  await dialog.getByRole('checkbox').check();
  await bucket.deleteObject(key);
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(dialog).toContainText('The bundle is no longer in the bucket');
  await expect(dialog.getByRole('button', { name: 'Delete' })).toBeDisabled();
  await dialog.getByRole('button', { name: 'Keep it' }).click();
  await expectStatus(row, 'Gone from the bucket');
});

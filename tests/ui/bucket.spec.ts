import type { Page } from '@playwright/test';
import { expect, rows, test } from './app';
import { noAnswer, uploadedAt, wouldReplace } from './bucketStates';
import { ok, refused } from './fakeBridge';
import { calmApp, idOf, NOW_MS, progressOf, sessionAt, uploadAt } from './samples';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const CHECK = 'Check that the bundle is in the bucket';
const same = ok({ found: 'same' as const, checkedAt: NOW_MS, sizeBytes: 126_400_000 });

test('Check asks the bucket and shows the answer with its time', async ({ page, openSessions, main }) => {
  await openSessions(calmApp([uploadedAt(0)]));
  await button(page, CHECK).click();
  await expect(rows(page)).toContainText('Checking the bucket…');
  await main.answer({ listSessions: ok([uploadedAt(0, {}, 'gone')]) });
  await main.answer({ checkUpload: ok({ found: 'gone', checkedAt: NOW_MS }) });
  await main.emit('sessions:changed', { sessionId: idOf(0) });
  await expect(rows(page)).toContainText('at 2:29 PM: no longer there');
  await expect(rows(page).getByRole('status')).toHaveText('Gone from the bucket');
  await expect(button(page, 'Copy link…')).toHaveCount(0);
  await button(page, 'Upload again').click();
  expect(await main.calls('uploadSession')).toEqual([[idOf(0)]]);
});

test('a bucket that cannot be asked is told in words, until the next answer', async ({
  page,
  openSessions,
  main,
}) => {
  const unknown = ok({ found: 'unknown' as const, checkedAt: NOW_MS, error: noAnswer });
  await openSessions(calmApp([uploadedAt(0, {}, 'same')], { checkUpload: unknown }));
  await expect(rows(page)).toContainText('still there, size and checksum match');
  await button(page, CHECK).click();
  await expect(rows(page)).toContainText(noAnswer.message);
  await main.answer({ checkUpload: same });
  await button(page, CHECK).click();
  await expect(rows(page)).not.toContainText(noAnswer.message);
  await expect(rows(page)).toContainText('still there, size and checksum match');
});

test('a record of an upload that came with a folder is not checked until Check is pressed', async ({
  page,
  openSessions,
  main,
}) => {
  const claimed = sessionAt(0, { uploadStatus: 'not_uploaded', uploadClaim: 'here' });
  const unknown = ok({ found: 'unknown' as const, checkedAt: NOW_MS, error: noAnswer });
  await openSessions(calmApp([claimed], { checkUpload: unknown }));
  await expect(rows(page).getByRole('status')).toHaveText('Upload not checked');
  await expect(rows(page)).toContainText('an upload record that this app did not write');
  await button(page, 'Check').click();
  await expect(rows(page).getByRole('alert')).toContainText(noAnswer.message);
  expect(await main.calls('checkUpload')).toEqual([[idOf(0)]]);

  await main.answer({ listSessions: ok([{ ...claimed, uploadClaim: 'elsewhere' }]) });
  await main.emit('sessions:changed', { sessionId: idOf(0) });
  await expect(button(page, 'Check')).toHaveCount(0);
});

test('an upload that would replace asks, and replaces only after a yes', async ({
  page,
  openSessions,
  main,
}) => {
  const changed = uploadedAt(0, { changedSinceUpload: true, missingFiles: ['video/0002.mp4'] });
  await openSessions(
    calmApp([changed], {
      uploadSession: refused(wouldReplace),
      checkUpload: same,
      replaceUpload: ok(undefined),
    }),
  );
  const dialog = page.getByRole('alertdialog');
  await button(page, 'Upload').click();
  await expect(dialog).toContainText('The bucket holds the bundle that was uploaded on Friday, November 20');
  await expect(dialog).toContainText('made without 1 video segment');
  await dialog.getByRole('button', { name: 'Leave the bucket as it is' }).click();
  await expect(dialog).toBeHidden();
  await expect(rows(page).getByRole('alert')).toHaveCount(0);
  expect(await main.calls('replaceUpload')).toEqual([]);

  await button(page, 'Upload').click();
  await dialog.getByRole('button', { name: 'Replace' }).click();
  await expect(dialog).toBeHidden();
  expect(await main.calls('replaceUpload')).toEqual([[idOf(0)]]);
});

test('a question is not put away by an answer of the bucket to an earlier Check', async ({
  page,
  openSessions,
  main,
}) => {
  const changed = uploadedAt(0, { changedSinceUpload: true });
  const replies = { uploadSession: refused(wouldReplace), replaceUpload: ok(undefined) };
  await openSessions(calmApp([changed], replies));
  const dialog = page.getByRole('alertdialog');
  await button(page, CHECK).click();
  await button(page, 'Upload').click();
  await expect(dialog).toContainText('Checking…');
  await main.answer({ checkUpload: same });
  await expect(dialog).toContainText('The bucket holds the bundle');
  await dialog.getByRole('button', { name: 'Replace' }).click();
  expect(await main.calls('replaceUpload')).toEqual([[idOf(0)]]);
});

test('a deletion asks the bucket, and wants a deliberate yes until it has answered', async ({
  page,
  openSessions,
  main,
}) => {
  await openSessions(calmApp([uploadedAt(0)], { deleteSession: ok(undefined) }));
  const dialog = page.getByRole('alertdialog');
  const yes = dialog.getByRole('button', { name: 'Delete' });
  await button(page, 'Delete').click();
  await expect(dialog).toContainText('Checking that the bucket');
  await expect(yes).toBeDisabled();
  await main.answer({ checkUpload: same });
  await expect(dialog).toContainText('still holds the uploaded bundle');
  await expect(dialog.getByRole('checkbox')).toHaveCount(0);
  await yes.click();
  await expect(dialog).toBeHidden();
  expect(await main.calls('deleteSession')).toEqual([[idOf(0)]]);
});

test('a deletion names the files that are in no bundle, and passes on what it named', async ({
  page,
  openSessions,
  main,
}) => {
  const otherFiles = { names: ['my thesis notes.txt'], count: 1 };
  const replies = { deleteSession: ok(undefined), checkUpload: same };
  await openSessions(calmApp([uploadedAt(0, { otherFiles })], replies));
  const dialog = page.getByRole('alertdialog');
  await button(page, 'Delete').click();
  await expect(dialog).toContainText('still holds the uploaded bundle');
  await expect(dialog).toContainText('my thesis notes.txt. It will be deleted, too.');
  await expect(dialog.getByRole('button', { name: 'Delete' })).toBeDisabled();
  await dialog.getByRole('checkbox').check();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(dialog).toBeHidden();
  expect(await main.calls('deleteSession')).toEqual([[idOf(0), otherFiles]]);
});

test('the question of a deletion keeps the focus through each answer of the bucket', async ({
  page,
  openSessions,
  main,
}) => {
  await openSessions(calmApp([uploadedAt(0)]));
  const dialog = page.getByRole('alertdialog');
  const yes = dialog.getByRole('button', { name: 'Delete' });
  const no = dialog.getByRole('button', { name: 'Keep it' });
  await button(page, 'Delete').click();
  await dialog.getByRole('checkbox').focus();
  await main.answer({ checkUpload: same });
  await expect(dialog.getByRole('checkbox')).toHaveCount(0);
  await expect(no).toBeFocused();

  await main.answer({ checkUpload: undefined });
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(dialog).toContainText('Checking the bucket once more…');
  await expect(yes).toBeFocused();
  await main.answer({ checkUpload: ok({ found: 'gone', checkedAt: NOW_MS }) });
  await expect(dialog).toContainText('Delete the only copy?');
  await expect(yes).toBeDisabled();
  await expect(yes).toBeFocused();
});

test('a yes to a deletion that counts on the bucket holds only if the bucket says the same again', async ({
  page,
  openSessions,
  main,
}) => {
  const replies = { deleteSession: ok(undefined), checkUpload: same };
  await openSessions(calmApp([uploadedAt(0)], replies));
  const dialog = page.getByRole('alertdialog');
  const yes = dialog.getByRole('button', { name: 'Delete' });
  await button(page, 'Delete').click();
  await expect(dialog).toContainText('still holds the uploaded bundle');
  await main.answer({ checkUpload: ok({ found: 'gone', checkedAt: NOW_MS }) });
  await yes.click();
  await expect(dialog).toContainText('Delete the only copy?');
  await expect(dialog.getByRole('checkbox')).not.toBeChecked();
  await expect(yes).toBeDisabled();
  expect(await main.calls('deleteSession')).toEqual([]);
  await dialog.getByRole('checkbox').check();
  await yes.click();
  await expect(dialog).toBeHidden();
  expect(await main.calls('deleteSession')).toEqual([[idOf(0)]]);
});

test('a no to a deletion is kept, whatever the bucket answers then', async ({ page, openSessions, main }) => {
  const replies = { deleteSession: ok(undefined), checkUpload: same };
  await openSessions(calmApp([uploadedAt(0)], replies));
  const dialog = page.getByRole('alertdialog');
  await button(page, 'Delete').click();
  await expect(dialog).toContainText('still holds the uploaded bundle');
  await main.answer({ checkUpload: undefined });
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(dialog).toContainText('Checking the bucket once more…');
  // At once, so that the answer comes while the dialog is closing.
  await page.evaluate((reply) => {
    const buttons = [...document.querySelectorAll('[role=alertdialog] button')] as HTMLElement[];
    buttons.find(({ textContent }) => textContent === 'Keep it')!.click();
    const { fake } = window as unknown as { fake: { answer: (replies: object) => void } };
    fake.answer({ checkUpload: reply });
  }, same);
  await expect(dialog).toBeHidden();
  expect(await main.calls('deleteSession')).toEqual([]);
});

test('no answer of the bucket keeps anybody from deleting', async ({ page, openSessions, main }) => {
  await openSessions(calmApp([uploadedAt(0)], { deleteSession: ok(undefined) }));
  const dialog = page.getByRole('alertdialog');
  await button(page, 'Delete').click();
  await dialog.getByRole('checkbox').check();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  expect(await main.calls('deleteSession')).toEqual([[idOf(0)]]);
});

test('an export that lacks files can be made without them, after a yes', async ({
  page,
  openSessions,
  main,
}) => {
  const problem = {
    code: 'FilesMissing',
    message: 'The folder lacks 1 video segment.',
    action: 'Put it back.',
  };
  await openSessions(
    calmApp([sessionAt(0, { condition: 'export-failed', problem })], {
      exportSession: refused(problem),
      exportWithoutMissing: ok(undefined),
    }),
  );
  await button(page, 'Export again').click();
  await expect(rows(page).getByRole('alert')).toHaveText(/The folder lacks 1 video segment/);
  await expect(rows(page).getByText(problem.message)).toHaveCount(1);
  await button(page, 'Export without them…').click();
  const dialog = page.getByRole('alertdialog');
  await expect(dialog).toContainText(problem.message);
  expect(await main.calls('exportWithoutMissing')).toEqual([]);
  await dialog.getByRole('button', { name: 'Export without them' }).click();
  expect(await main.calls('exportWithoutMissing')).toEqual([[idOf(0)]]);
});

test('a changed bundle that is being uploaded is shown as uploading', async ({
  page,
  openSessions,
  main,
}) => {
  await openSessions(calmApp([uploadedAt(0, { changedSinceUpload: true })]));
  await expect(rows(page).getByRole('status')).toHaveText('Changed since the upload');
  await main.emit('upload:progress', progressOf(0));
  await expect(rows(page).getByRole('status')).toHaveText('Uploading');
});

test('a bundle that went while it was being uploaded is told of once', async ({ page, openSessions }) => {
  const error = { code: 'BundleMissing', message: 'The bundle file is missing.', action: 'Export it again.' };
  const problem = { ...error, message: 'The bundle of this session is missing.' };
  await openSessions(
    calmApp([
      uploadAt(
        0,
        { status: 'failed', reason: { kind: 'file' }, errorDetail: error },
        { condition: 'export-failed', problem },
      ),
    ]),
  );
  await expect(rows(page)).toContainText(error.message);
  await expect(rows(page)).not.toContainText(problem.message);
  await expect(rows(page)).not.toContainText('could not be made');
  await expect(button(page, 'Export again')).toBeVisible();
});

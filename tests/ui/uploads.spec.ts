import type { Page } from '@playwright/test';
import { expect, rows, test } from './app';
import { uploadedAt } from './bucketStates';
import { ok, refused } from './fakeBridge';
import {
  calmApp,
  idOf,
  NOW_MS,
  progressOf,
  resetOnTheWay,
  savedConfig,
  sessionAt,
  uploadAt,
  wrongSecret,
} from './samples';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const paused = { kind: 'paused' as const };
const location = 's3://team-recordings/sessions/bundle.zip';
const uploaded = uploadAt(0, { status: 'done', progress: 100 }, { location });

test('an upload is paused and resumed on its row, by keyboard, without losing the focus', async ({
  page,
  openSessions,
  main,
}) => {
  await openSessions(calmApp([uploadAt(0, {})], { pauseUpload: ok(undefined), resumeUpload: ok(undefined) }));
  await button(page, 'Pause').focus();
  await page.keyboard.press('Enter');
  expect(await main.calls('pauseUpload')).toEqual([[idOf(0)]]);
  await main.answer({ listSessions: ok([uploadAt(0, { status: 'pending', reason: paused })]) });
  await main.emit('upload:progress', progressOf(0, { status: 'pending', reason: paused }));
  await expect(rows(page).getByRole('status')).toHaveText('Paused');
  await expect(button(page, 'Cancel')).toBeVisible();
  await expect(button(page, 'Resume')).toBeFocused();
  await page.keyboard.press('Enter');
  expect(await main.calls('resumeUpload')).toEqual([[idOf(0)]]);
});

test('what cannot be paused is told on its row', async ({ page, openSessions }) => {
  await openSessions(calmApp([uploadAt(0, { status: 'pending' })], { pauseUpload: refused(wrongSecret) }));
  await button(page, 'Pause').click();
  await expect(rows(page).getByRole('alert')).toContainText(wrongSecret.message);
});

test('Upload all queues what is left, once, and says how many', async ({ page, openSessions, main }) => {
  await openSessions(calmApp([sessionAt(0), sessionAt(1), uploadAt(2, { status: 'failed' })]));
  await button(page, 'Upload all').focus();
  await page.keyboard.press('Enter');
  await expect(button(page, 'Upload all')).toBeDisabled();
  const queued = [0, 1, 2].map((n) => uploadAt(n, { status: 'pending' }));
  await main.answer({ listSessions: ok(queued), uploadAllSessions: ok({ queued: 3 }) });
  await main.emit('sessions:changed', {});
  const notices = page.getByRole('region', { name: 'Notices' });
  await expect(notices).toContainText('3 sessions are queued for upload.');
  expect(await main.calls('uploadAllSessions')).toEqual([[]]);
  await expect(button(page, 'Upload all')).toHaveCount(0);
  await expect(page.getByRole('heading', { name: 'Your sessions' })).toBeFocused();

  await main.answer({ pauseAllUploads: refused(wrongSecret) });
  await button(page, 'Pause all').click();
  await expect(notices).toContainText(wrongSecret.message);
  await expect(notices).not.toContainText('queued for upload');
  await button(page, 'Dismiss').click();
  await expect(notices).toBeEmpty();
});

test('the buttons for all are there only while they would do something', async ({
  page,
  openSessions,
  main,
}) => {
  const names = ['Upload all', 'Pause all', 'Resume all'];
  const shown = async (list: Parameters<typeof calmApp>[0], expected: string[]) => {
    await main.answer({ listSessions: ok(list) });
    await main.emit('sessions:changed', {});
    for (const name of names) await expect(button(page, name)).toHaveCount(expected.includes(name) ? 1 : 0);
  };
  const noBundle = sessionAt(1, { condition: 'interrupted', isExported: false });
  await openSessions(calmApp([uploaded]));
  await shown([sessionAt(0), noBundle], []);
  await shown([sessionAt(0), sessionAt(1)], ['Upload all']);
  await shown([uploadAt(0, {}), noBundle], ['Pause all']);
  await shown([uploadAt(0, { status: 'pending', reason: paused }), uploadAt(1, {})], names.slice(1));
  await button(page, 'Pause all').click();
  expect(await main.calls('pauseAllUploads')).toEqual([[]]);
  await shown([uploadAt(0, { status: 'pending', reason: paused })], ['Resume all']);
  await button(page, 'Resume all').click();
  expect(await main.calls('resumeAllUploads')).toEqual([[]]);
});

test('without a destination nothing is offered for all', async ({ page, openSessions }) => {
  const getUploadConfig = ok({ config: null, systemEncrypts: true });
  await openSessions(calmApp([sessionAt(0), sessionAt(1)], { getUploadConfig }));
  await expect(button(page, 'Set up upload')).toBeVisible();
  await expect(button(page, 'Upload all')).toHaveCount(0);
});

test('a link is copied for as long as was chosen, by keyboard', async ({ page, openSessions, main }) => {
  const url = 'https://s3.example.com/team-recordings/sessions/bundle.zip?X-Amz-Signature=abc';
  const link = { url, expiresAt: NOW_MS + 86_400_000 };
  await openSessions(calmApp([uploaded], { makeDownloadLink: ok(link), copyText: ok(undefined) }));
  await button(page, 'Copy link…').focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitem')).toHaveText(['1 hour', '1 day', '7 days']);
  await expect(page.getByRole('menuitem', { name: '1 hour' })).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('menuitem', { name: '1 day' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(rows(page)).toContainText('Link copied; it expires on Sunday, November 22, 2026 at 2:30 PM');
  expect(await main.calls('makeDownloadLink')).toEqual([[idOf(0), 86_400]]);
  expect(await main.calls('copyText')).toEqual([[url]]);
  await expect(page.getByRole('menu')).toHaveCount(0);
  await expect(button(page, 'Copy link…')).toBeFocused();
  await expect(rows(page)).not.toContainText('X-Amz-Signature');

  await page.clock.setFixedTime(NOW_MS + 86_460_000);
  await expect(rows(page)).not.toContainText('Link copied');
  await expect(rows(page)).toContainText('The copied link has expired');
});

test('a link that could not be made says why, until it could', async ({ page, openSessions, main }) => {
  await openSessions(calmApp([uploaded], { makeDownloadLink: refused(wrongSecret) }));
  const copyLink = async () => {
    await button(page, 'Copy link…').click();
    await page.getByRole('menuitem', { name: '1 hour' }).click();
  };
  await copyLink();
  await expect(rows(page).getByRole('alert')).toContainText(wrongSecret.message);
  await expect(rows(page)).not.toContainText('Link copied');
  expect(await main.calls('copyText')).toEqual([]);
  await main.answer({
    makeDownloadLink: ok({ url: 'https://s3.example.com/x', expiresAt: NOW_MS + 3_600_000 }),
    copyText: ok(undefined),
  });
  await copyLink();
  await expect(rows(page)).toContainText('Link copied; it expires on Saturday, November 21, 2026 at 3:30 PM');
  await expect(rows(page).getByRole('alert')).toHaveCount(0);
});

test('a link signed with temporary credentials is said to end with them', async ({ page, openSessions }) => {
  const config = { ...savedConfig, sessionToken: { configured: true } };
  await openSessions(
    calmApp([uploaded], {
      getUploadConfig: ok({ config, systemEncrypts: true }),
      makeDownloadLink: ok({ url: 'https://s3.example.com/x', expiresAt: NOW_MS + 3_600_000 }),
      copyText: ok(undefined),
    }),
  );
  await button(page, 'Copy link…').click();
  await page.getByRole('menuitem', { name: '1 hour' }).click();
  await expect(rows(page)).toContainText('3:30 PM, or before with the temporary credentials');
});

test('a link says whose keys end it, and that it could not be tried out', async ({
  page,
  openSessions,
  main,
}) => {
  const expiresAt = NOW_MS + 1_800_000;
  const link = { url: 'https://s3.example.com/x', expiresAt, keysEndAt: expiresAt };
  const item = uploadedAt(0, {}, 'same');
  await openSessions(calmApp([item], { makeDownloadLink: ok(link), copyText: ok(undefined) }));
  const copyLink = async () => {
    await button(page, 'Copy link…').click();
    await page.getByRole('menuitem', { name: '1 hour' }).click();
  };
  await copyLink();
  await expect(page.getByText('Link copied')).toHaveClass(/text-good/);
  await expect(rows(page)).toContainText('still there, size and checksum match');
  await expect(rows(page)).toContainText('3:00 PM, with the credentials that signed it');
  const unchecked = 's3.example.com cannot be reached.';
  await main.answer({ makeDownloadLink: ok({ ...link, unchecked }), copyText: ok(undefined) });
  await copyLink();
  await expect(rows(page)).toContainText(`Link copied, but it could not be tested: ${unchecked}`);
  await expect(page.getByText('Link copied')).toHaveClass(/text-warn/);
  // An older answer does not stand beside it as if both were true at once.
  await expect(rows(page)).not.toContainText('still there');
  await page.screenshot({ path: test.info().outputPath('untried.png') });
});

test('an upload that waits for the keys of a profile says so', async ({ page, openSessions }) => {
  await openSessions(calmApp([uploadAt(0, { waitsForProfile: 'team' })]));
  await expect(rows(page)).toContainText('Waiting for the AWS profile “team” to give its keys');
  await page.screenshot({ path: test.info().outputPath('waits.png') });
});

test('the s3:// path is copied, and says so', async ({ page, openSessions, main }) => {
  await openSessions(calmApp([uploaded], { copyText: ok(undefined) }));
  await button(page, 'Copy s3:// path').click();
  await expect(rows(page)).toContainText('Path copied');
  expect(await main.calls('copyText')).toEqual([[location]]);
});

test.describe('settings that are saved while uploads have failed', () => {
  const secretFailed = { status: 'failed', error: wrongSecret.message, errorDetail: wrongSecret } as const;
  const fileFailed = { status: 'failed', reason: { kind: 'file' } } as const;
  const failed = [uploadAt(0, secretFailed), uploadAt(1, secretFailed), uploadAt(2, fileFailed)];
  const offer = (page: Page) => page.getByText('2 uploads failed with the previous settings.');
  const heading = (page: Page) => page.getByRole('heading', { name: 'Your sessions' });
  const saves = { setUploadConfig: ok({ saved: true as const, config: savedConfig }) };
  const saveSecret = async (page: Page) => {
    await page.getByLabel('Secret access key', { exact: true }).fill('the-right-secret');
    await button(page, 'Save').click();
  };
  const save = async (page: Page) => {
    await button(page, 'Settings').click();
    await saveSecret(page);
  };

  test('offer to try those again together, and not the others', async ({ page, openSessions, main }) => {
    await openSessions(calmApp([...failed, uploadAt(3, {})], saves));
    await expect(offer(page)).toHaveCount(0);
    await save(page);
    await expect(offer(page)).toBeInViewport();
    await button(page, 'Try again with the new settings').click();
    expect(await main.calls('retryUploads')).toEqual([[[idOf(0), idOf(1)]]]);
    await expect(offer(page)).toHaveCount(0);
    await expect(heading(page)).toBeFocused();
    await main.answer({ retryUploads: refused(resetOnTheWay) });
    await expect(page.getByRole('region', { name: 'Notices' })).toContainText(resetOnTheWay.message);
  });

  test('take no for an answer, and offer it again after the next change', async ({
    page,
    openSessions,
    main,
  }) => {
    await openSessions(calmApp(failed, saves));
    await save(page);
    await offer(page)
      .locator('xpath=ancestor::*[@aria-live]')
      .getByRole('button', { name: 'Dismiss' })
      .click();
    await expect(offer(page)).toHaveCount(0);
    await expect(heading(page)).toBeFocused();
    expect(await main.calls('retryUploads')).toEqual([]);
    await saveSecret(page);
    await expect(offer(page)).toBeVisible();
  });

  test('offer nothing where they were not saved, and nothing that goes on already', async ({
    page,
    openSessions,
    main,
  }) => {
    await openSessions(calmApp(failed, { setUploadConfig: refused(resetOnTheWay) }));
    await save(page);
    await expect(page.getByText(resetOnTheWay.message)).toBeVisible();
    await expect(offer(page)).toHaveCount(0);
    await main.answer(saves);
    await saveSecret(page);
    await expect(offer(page)).toBeVisible();
    await main.answer({
      listSessions: ok([uploadAt(0, {}), uploadAt(1, { status: 'pending' }), failed[2]!]),
    });
    await main.emit('sessions:changed', {});
    await expect(offer(page)).toHaveCount(0);
    await expect(button(page, 'Try again with the new settings')).toHaveCount(0);
  });
});

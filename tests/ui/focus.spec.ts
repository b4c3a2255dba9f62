import type { Page } from '@playwright/test';
import type { SessionListItem } from '../../src/shared/session';
import { expect, rows, test } from './app';
import { ok, refused, type FakeMain, type Replies } from './fakeBridge';
import { playableApp, playbackOf, someSteps } from './playbackSamples';
import {
  calmApp,
  idOf,
  NOW_MS,
  recordingState,
  resetOnTheWay,
  running,
  savedConfig,
  sessionAt,
  uploadAt,
  wrongSecret,
} from './samples';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const heading = (page: Page) => page.getByRole('heading', { name: 'Your sessions' });

const failed = uploadAt(0, { status: 'failed', error: wrongSecret.message, errorDetail: wrongSecret });
const pending = uploadAt(0, { status: 'pending' });
const paused = uploadAt(0, { status: 'pending', reason: { kind: 'paused' } });
const location = 's3://team-recordings/sessions/bundle.zip';
const done = uploadAt(0, { status: 'done', progress: 100 }, { location });
const lost: SessionListItem = {
  ...paused,
  condition: 'export-failed',
  problem: { code: 'BundleMissing', message: 'The bundle is missing.', action: 'Export it again.' },
};

/** Shows `list` from now on, as after a change in main. */
async function show(main: FakeMain, list: SessionListItem[]) {
  await main.answer({ listSessions: ok(list) });
  await main.emit('sessions:changed', {});
}

test.describe('a button that goes by its own action leaves the focus to its neighbour in the row', () => {
  const cases: { press: string; before: SessionListItem; after: SessionListItem; next: string }[] = [
    { press: 'Dismiss', before: failed, after: sessionAt(0), next: 'Upload' },
    { press: 'Retry', before: failed, after: pending, next: 'Pause' },
    { press: 'Cancel', before: pending, after: sessionAt(0), next: 'Upload' },
    { press: 'Upload', before: sessionAt(0), after: pending, next: 'Pause' },
    { press: 'Pause', before: pending, after: paused, next: 'Resume' },
    { press: 'Resume', before: paused, after: lost, next: 'Resume' },
    { press: 'Pause', before: pending, after: done, next: 'Copy link…' },
    {
      press: 'Export again',
      before: sessionAt(0, { condition: 'export-failed', isExported: false }),
      after: sessionAt(0),
      next: 'Upload',
    },
  ];
  for (const { press, before, after, next } of cases)
    test(`${press}, then ${next}`, async ({ page, openSessions, main }) => {
      await openSessions(calmApp([before, sessionAt(1)]));
      await rows(page).first().getByRole('button', { name: press, exact: true }).focus();
      await page.keyboard.press('Enter');
      await show(main, [after, sessionAt(1)]);
      await expect(rows(page).first().getByRole('button', { name: next, exact: true })).toBeFocused();
    });
});

test('an Enter that is held down presses no button that comes in its place', async ({
  page,
  openSessions,
  main,
}) => {
  await openSessions(calmApp([failed], { cancelUpload: ok(undefined) }));
  await button(page, 'Dismiss').focus();
  await page.keyboard.down('Enter');
  await show(main, [sessionAt(0)]);
  await expect(button(page, 'Upload')).toBeFocused();
  await page.keyboard.down('Enter');
  await page.keyboard.up('Enter');
  expect(await main.calls('uploadSession')).toEqual([]);
  await page.keyboard.press('Enter');
  expect(await main.calls('uploadSession')).toEqual([[idOf(0)]]);
});

test('a row that changes out of sight does not scroll the list back to the focus', async ({
  page,
  openSessions,
  main,
}) => {
  const others = Array.from({ length: 100 }, (_none, n) => sessionAt(n + 1));
  await openSessions(calmApp([failed, ...others]));
  await button(page, 'Dismiss').focus();
  await page.mouse.move(600, 400);
  await page.mouse.wheel(0, 5000);
  await expect(button(page, 'Dismiss')).not.toBeInViewport();
  await expect(rows(page).nth(10)).toBeInViewport();
  await show(main, [sessionAt(0), ...others]);
  await expect(rows(page).first().getByRole('button', { name: 'Upload' })).toBeFocused();
  await expect(heading(page)).not.toBeInViewport();
});

test('a focus that was put away is not brought back', async ({ page, openSessions, main }) => {
  await openSessions(calmApp([failed]));
  await button(page, 'Dismiss').focus();
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await show(main, [sessionAt(0)]);
  await expect(button(page, 'Dismiss')).toHaveCount(0);
  await expect(page.locator('body')).toBeFocused();
});

test('notices hand the focus on from one to the next, then to the heading', async ({
  page,
  openSessions,
  main,
}) => {
  const noticeOf = (id: string) => ({
    id,
    kind: 'warning' as const,
    error: { ...wrongSecret, code: id, message: `Notice ${id}.` },
  });
  const all = ['a', 'b', 'c'].map(noticeOf);
  await openSessions(calmApp([sessionAt(0)], { getNotices: ok(all), dismissNotices: ok(undefined) }));
  const dismiss = page
    .getByRole('region', { name: 'Notices' })
    .getByRole('button', { name: 'Dismiss', exact: true });
  await dismiss.nth(1).focus();
  await page.keyboard.press('Enter');
  await expect(dismiss).toHaveCount(2);
  await expect(dismiss.nth(1)).toBeFocused();
  await main.emit('app:notices', all);
  await button(page, 'Dismiss all').focus();
  await page.keyboard.press('Enter');
  await expect(dismiss).toHaveCount(0);
  await expect(heading(page)).toBeFocused();
});

test('Save, Test connection, Refresh and Try again keep the focus while they work', async ({
  page,
  open,
  main,
}) => {
  const { listSessions: _list, ...rest } = calmApp([]);
  await open({ ...rest, listSessions: refused(resetOnTheWay) });
  await main.answer({ getCaptureOptions: undefined });
  await button(page, 'Refresh').focus();
  await page.keyboard.press('Enter');
  await expect(button(page, 'Refresh')).toBeDisabled();
  await expect(button(page, 'Refresh')).toBeFocused();

  await button(page, 'Sessions').click();
  await main.answer({ listSessions: undefined });
  await button(page, 'Try again').focus();
  await page.keyboard.press('Enter');
  await expect(button(page, 'Trying…')).toBeFocused();

  await button(page, 'Settings').click();
  await button(page, 'Test connection').focus();
  await page.keyboard.press('Enter');
  await expect(button(page, 'Test connection')).toBeDisabled();
  await expect(button(page, 'Test connection')).toBeFocused();
  await main.answer({ validateUploadConfig: refused(resetOnTheWay) });
  await expect(page.getByText(resetOnTheWay.message).last()).toBeVisible();
  await page.getByRole('textbox', { name: 'Bucket' }).fill('another');
  await button(page, 'Discard changes').focus();
  await page.keyboard.press('Enter');
  await expect(button(page, 'Discard changes')).toHaveCount(0);
  await expect(button(page, 'Test connection')).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(button(page, 'Save')).toBeDisabled();
  await expect(button(page, 'Save')).toBeFocused();
  await main.answer({ setUploadConfig: ok({ saved: true, config: savedConfig }) });
  await expect(page.getByText('Settings saved')).toBeVisible();
  await expect(button(page, 'Save')).toBeFocused();
});

test('a recording that starts and ends by keyboard leaves the focus in its view, then at the list', async ({
  page,
  open,
  main,
}) => {
  await open(calmApp([sessionAt(0)], { startRecording: ok(undefined), stopRecording: ok(undefined) }));
  await button(page, 'Start recording').focus();
  await page.keyboard.press('Enter');
  await main.emit('recording:state', { ...running, phase: 'starting' });
  await expect(button(page, 'Start recording')).toBeFocused();
  await main.emit('recording:state', running);
  await expect(page.getByRole('main')).toBeFocused();
  await button(page, 'Stop').focus();
  await page.keyboard.press('Enter');
  await main.emit('recording:state', { ...running, phase: 'stopping' });
  await expect(button(page, 'Stop')).toBeFocused();
  await main.emit('recording:state', recordingState());
  await expect(heading(page)).toBeFocused();
});

test('the toolbar keeps the focus on the button that takes the place of another', async ({
  page,
  open,
  main,
}) => {
  await open({ getRecordingState: ok(running) }, 'toolbar');
  await button(page, 'Redact').focus();
  await page.keyboard.press('Enter');
  await main.emit('recording:state', { ...running, redacting: true });
  await expect(button(page, 'End redaction')).toBeFocused();
  await button(page, 'Pause').focus();
  await main.emit('recording:state', { ...running, phase: 'paused' });
  await expect(button(page, 'Resume')).toBeFocused();
});

test('a session that is deleted while it is played leaves the focus to the next row', async ({
  page,
  openSessions,
  main,
}) => {
  const all = [0, 1, 2].map((n) => sessionAt(n));
  const replies: Replies = { ...playableApp(playbackOf(someSteps)), listSessions: ok(all) };
  await openSessions(replies);
  await rows(page).nth(1).getByRole('button', { name: 'Open' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Player' })).toBeFocused();
  await show(main, [all[0]!, all[2]!]);
  await expect(rows(page)).toHaveCount(2);
  await page.keyboard.press('Escape');
  await expect(rows(page).nth(1)).toBeFocused();
});

test('a callout that goes with its dialog leaves the focus in the row', async ({
  page,
  openSessions,
  main,
}) => {
  const incomplete = sessionAt(0, {
    condition: 'export-failed',
    isExported: false,
    problem: {
      code: 'FilesMissing',
      message: 'The screenshots of this session are missing.',
      action: 'Put them back, or export without them.',
    },
  });
  await openSessions(calmApp([incomplete], { exportWithoutMissing: ok(undefined) }));
  await button(page, 'Export without them…').focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('alertdialog');
  await dialog.getByRole('button', { name: 'Export without them' }).focus();
  await main.answer({ listSessions: ok([sessionAt(0, { endedAt: NOW_MS })]) });
  await page.keyboard.press('Enter');
  await main.emit('sessions:changed', {});
  await expect(dialog).toHaveCount(0);
  await expect(rows(page).locator('button:focus')).toHaveCount(1);
});

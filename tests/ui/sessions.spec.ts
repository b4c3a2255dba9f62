import type { Page } from '@playwright/test';
import { expect, rows, test } from './app';
import { ok, refused } from './fakeBridge';
import { folderToAdopt, linkedFolder } from './folderStates';
import {
  calmApp,
  idOf,
  NOW_MS,
  progressOf,
  resetOnTheWay,
  running,
  sessionAt,
  uploadAt,
  wrongSecret,
} from './samples';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

test('lists sessions newest first, each named by its date', async ({ page, openSessions }) => {
  await openSessions(calmApp([sessionAt(2), sessionAt(0), sessionAt(1)]));
  await expect(rows(page).first()).toHaveAccessibleName('Saturday, November 21, 2026 at 2:10 PM');
  await expect(rows(page).last()).toHaveAccessibleName('Saturday, November 21, 2026 at 12:10 PM');
  await expect(rows(page).first()).toContainText('4 min 5 s');
  await expect(rows(page).first()).toContainText('1,234 actions');
  await expect(rows(page).first()).toContainText('126.4 MB');
});

for (const { status, badge, buttons } of [
  { status: 'not_uploaded', badge: 'Not uploaded', buttons: ['Upload'] },
  { status: 'pending', badge: 'Pending', buttons: ['Cancel'] },
  { status: 'uploading', badge: 'Uploading', buttons: ['Cancel'] },
  { status: 'done', badge: 'Uploaded', buttons: [] },
  { status: 'failed', badge: 'Failed', buttons: ['Retry'] },
] as const) {
  test(`a row that is ${status} says "${badge}" and offers what fits`, async ({
    page,
    openSessions,
    main,
  }) => {
    await openSessions(calmApp([uploadAt(0, { status })]));
    await expect(rows(page).getByRole('status')).toHaveText(badge);
    for (const name of ['Upload', 'Cancel', 'Retry']) {
      const here = buttons.some((expected) => expected === name);
      await expect(button(page, name)).toHaveCount(here ? 1 : 0);
    }
    const command = { Upload: 'uploadSession', Cancel: 'cancelUpload', Retry: 'retryUpload' } as const;
    for (const name of buttons) {
      await button(page, name).click();
      expect(await main.calls(command[name])).toEqual([[idOf(0)]]);
    }
  });
}

for (const { name, kind, offer } of [
  { name: idOf(0), kind: 'copied', offer: 'Keep as a separate session' },
  { name: 'My demo, part 1', kind: 'copied', offer: 'Keep as a separate session' },
  { name: 'Demo for Ann', kind: 'renamed', offer: 'Restore its name' },
] as const) {
  test(`a folder named ${name} that was ${kind} is a row that says so, and can become a session`, async ({
    page,
    openSessions,
    main,
  }) => {
    const folder = folderToAdopt(0, name, kind);
    await openSessions(calmApp([folder], { adoptSession: refused(resetOnTheWay) }));
    await expect(rows(page)).toContainText(`The folder “${name}” is`);
    for (const absent of ['Open', 'Export', 'Upload']) await expect(button(page, absent)).toHaveCount(0);
    await button(page, offer).click();
    expect(await main.calls('adoptSession')).toEqual([[folder.sessionId]]);
    await expect(rows(page)).toContainText(resetOnTheWay.message);
    // The look for recorded files is for sessions only.
    const looked = (await main.calls('lookAtSessions')).flat(2);
    expect(looked.filter((id) => id !== idOf(0))).toEqual([]);
  });
}

test('a link in the place of a session’s folder says so, and can only be deleted', async ({
  page,
  openSessions,
  main,
}) => {
  await openSessions(calmApp([linkedFolder]));
  await expect(rows(page)).toContainText('This folder is a link to another place.');
  await expect(rows(page)).not.toContainText(/action|screenshot|Started|Ended/);
  for (const absent of ['Open', 'Export', 'Upload']) await expect(button(page, absent)).toHaveCount(0);
  await button(page, 'Delete').click();
  await expect(page.getByRole('alertdialog')).toContainText('Only the link is deleted.');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  expect(await main.calls('deleteSession')).toEqual([[idOf(1)]]);
});

test('Upload is out of use, and says why, until there is a bundle', async ({ page, openSessions, main }) => {
  await openSessions(calmApp([sessionAt(0, { condition: 'interrupted', isExported: false })]));
  await expect(button(page, 'Upload')).toBeDisabled();
  await expect(button(page, 'Upload')).toHaveAccessibleDescription(/Export it first/);
  await button(page, 'Export').click();
  expect(await main.calls('exportSession')).toEqual([[idOf(0)]]);

  await main.emit('export:progress', { sessionId: idOf(0), progress: 63 });
  await expect(page.getByRole('progressbar', { name: 'Export progress' })).toHaveAttribute(
    'aria-valuenow',
    '63',
  );
  await main.answer({ listSessions: ok([sessionAt(0)]) });
  await main.emit('sessions:changed', { sessionId: idOf(0) });
  await expect(button(page, 'Upload')).toBeEnabled();
});

test('progress follows the events, to the place in the bucket', async ({ page, openSessions, main }) => {
  await openSessions(calmApp([sessionAt(0), sessionAt(1)]));
  const row = rows(page).first();
  await main.answer({ listSessions: ok([uploadAt(0, { progress: 10 }), sessionAt(1)]) });
  await main.emit('upload:progress', progressOf(0, { progress: 10 }));
  await expect(row.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '10');
  await main.emit('upload:progress', progressOf(0, { bytesPerSecond: 5_200_000, secondsLeft: 14 }));
  await expect(row).toContainText('42% · 53 MB of 126.4 MB sent · 5.2 MB/s · 14 s left');
  await expect(rows(page).nth(1).getByRole('status')).toHaveText('Not uploaded');

  const location = 's3://team-recordings/sessions/bundle.zip';
  await main.answer({ listSessions: ok([uploadAt(0, { status: 'done' }, { location }), sessionAt(1)]) });
  await main.emit('upload:progress', progressOf(0, { status: 'done', progress: 100 }));
  await expect(row.getByRole('status')).toHaveText('Uploaded');
  await expect(row).toContainText(location);
});

test('uploads are told of in the other view, too', async ({ page, open, main }) => {
  await open(calmApp([uploadAt(0, { progress: 10 }), uploadAt(1, { status: 'pending' }), sessionAt(2)]));
  const sessions = button(page, 'Sessions');
  await expect(sessions).toHaveText('Sessions↑ 2');
  await expect(sessions).toHaveAccessibleDescription('2 uploads not finished yet');
  await main.answer({ listSessions: ok([uploadAt(0, { status: 'failed' }), sessionAt(1), sessionAt(2)]) });
  await main.emit('upload:progress', progressOf(0, { status: 'failed', errorDetail: wrongSecret }));
  await expect(sessions).toHaveAccessibleDescription(/^1 upload failed/);
});

test('a wait counts down with the clock', async ({ page, openSessions, main }) => {
  const reason = { kind: 'backoff' as const, untilMs: NOW_MS + 12_000 };
  await openSessions(
    calmApp([uploadAt(0, { status: 'pending', retryCount: 3, reason, errorDetail: resetOnTheWay })]),
  );
  await expect(rows(page)).toContainText('Retrying in 12 s (3 of 10)');
  await page.clock.setFixedTime(NOW_MS + 5_000);
  await expect(rows(page)).toContainText('Retrying in 7 s (3 of 10)');

  const network = { kind: 'network' as const, untilMs: NOW_MS + 13_000, sinceMs: NOW_MS };
  await main.emit('upload:progress', progressOf(0, { status: 'pending', reason: network }));
  await expect(rows(page)).toContainText('Waiting for the network — next try in 8 s');
  await expect(rows(page)).not.toContainText('Endpoint not reachable');
  await page.clock.setFixedTime(NOW_MS + 301_000);
  await expect(rows(page)).toContainText('Endpoint not reachable: check network or address.');
});

test('a failure tells cause and action, and the raw code only when asked', async ({ page, openSessions }) => {
  await openSessions(calmApp([uploadAt(0, { status: 'failed', errorDetail: wrongSecret })]));
  await expect(rows(page)).toContainText(wrongSecret.message);
  await expect(rows(page)).toContainText(wrongSecret.action);
  await expect(page.getByText('request id')).toBeHidden();
  await button(page, 'Details').click();
  await expect(page.getByText('request id')).toBeVisible();
});

test('a refused command is told on its row', async ({ page, openSessions }) => {
  await openSessions(calmApp([sessionAt(0)], { uploadSession: refused(wrongSecret) }));
  await button(page, 'Upload').click();
  await expect(rows(page).getByRole('alert')).toContainText(wrongSecret.message);
});

test('the only copy is deleted after a deliberate yes', async ({ page, openSessions, main }) => {
  await openSessions(calmApp([sessionAt(0)], { deleteSession: ok(undefined) }));
  await button(page, 'Delete').click();
  const dialog = page.getByRole('alertdialog');
  await expect(dialog).toContainText('This recording exists nowhere else');
  await expect(dialog.getByRole('button', { name: 'Delete' })).toBeDisabled();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(button(page, 'Delete')).toBeFocused();
  expect(await main.calls('deleteSession')).toEqual([]);

  await page.keyboard.press('Enter');
  await dialog.getByRole('checkbox').check();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(dialog).toBeHidden();
  expect(await main.calls('deleteSession')).toEqual([[idOf(0)]]);
});

test('deleting an uploaded session says what stays', async ({ page, openSessions }) => {
  const location = 's3://team-recordings/sessions/bundle.zip';
  const checkUpload = ok({ found: 'same' as const, checkedAt: NOW_MS });
  await openSessions(calmApp([uploadAt(0, { status: 'done' }, { location })], { checkUpload }));
  await button(page, 'Delete').click();
  const dialog = page.getByRole('alertdialog');
  await expect(dialog).toContainText(location);
  await expect(dialog.getByRole('button', { name: 'Delete' })).toBeEnabled();
});

test('a question dims everything behind it, notices included', async ({ page, openSessions }) => {
  const notice = {
    id: 'n1',
    kind: 'warning' as const,
    error: { code: 'Slow', message: 'Slow.', action: '' },
  };
  await openSessions(calmApp([sessionAt(0)], { getNotices: ok([notice]) }));
  await button(page, 'Delete').click();
  await expect(page.getByRole('alertdialog')).toBeVisible();
  await expect(async () => {
    const isCovered = await page
      .locator('section[aria-label=Notices]')
      .getByText('Slow.')
      .evaluate((text) => {
        const { x, y } = text.getBoundingClientRect();
        return !text.contains(document.elementFromPoint(x + 2, y + 2));
      });
    expect(isCovered).toBe(true);
  }).toPass();
});

test('Delete is out of use while an upload is under way', async ({ page, openSessions }) => {
  await openSessions(calmApp([uploadAt(0, {})]));
  await expect(button(page, 'Delete')).toBeDisabled();
  await expect(button(page, 'Delete')).toHaveAccessibleDescription(/Cancel the upload/);
});

test('of 10,000 sessions a screenful is in the document, all are counted and reachable', async ({
  page,
  openSessions,
}) => {
  await openSessions(calmApp(Array.from({ length: 10_000 }, (_, n) => sessionAt(n))));
  await expect(page.getByText('10,000 sessions')).toBeVisible();
  await expect(rows(page).first()).toHaveAttribute('aria-setsize', '10000');
  expect(await rows(page).count()).toBeLessThan(40);

  await button(page, 'Settings').focus();
  const focused = page.locator('li:has(:focus)');
  // As many stops as a row has; a row that cannot be reached would end this by the test's timeout.
  const position = async () => ((await focused.count()) ? focused.getAttribute('aria-posinset') : null);
  while ((await position()) !== '20') await page.keyboard.press('Tab');
  await expect(focused).toHaveAttribute('aria-posinset', '20');
  await expect(focused).toBeInViewport();

  await page.mouse.move(500, 400);
  await page.mouse.wheel(0, 15_000);
  const lastPosition = async () => Number(await rows(page).last().getAttribute('aria-posinset'));
  await expect.poll(lastPosition).toBeGreaterThan(100);
  expect(await rows(page).count()).toBeLessThan(40);
  await expect(focused).toHaveAttribute('aria-posinset', '20');
});

test('opens with the new session on top when a recording has ended', async ({ page, open, main }) => {
  await open(calmApp([sessionAt(1)], { getRecordingState: ok(running) }));
  await expect(button(page, 'Stop')).toBeVisible();
  await main.answer({ listSessions: ok([sessionAt(1), sessionAt(0)]) });
  await main.emit('recording:state', { ...running, phase: 'stopping' });
  await main.emit('sessions:changed', {});
  await main.emit('recording:state', { ...running, phase: 'idle' });
  await expect(rows(page).first()).toHaveAccessibleName(/2:10 PM/);
});

test('a recording that is over before the window was drawn again opens the sessions, too', async ({
  page,
  open,
  main,
}) => {
  await open(calmApp([sessionAt(0)]));
  await expect(button(page, 'Start recording')).toBeVisible();
  const phases = ['starting', 'recording', 'stopping', 'idle'] as const;
  await main.emitAll(
    'recording:state',
    phases.map((phase) => ({ ...running, phase })),
  );
  await expect(rows(page)).toHaveCount(1);

  await button(page, 'Record').click();
  await main.emitAll(
    'recording:state',
    (['starting', 'idle'] as const).map((phase) => ({ ...running, phase })),
  );
  await expect(button(page, 'Start recording')).toBeVisible();
});

test('says what to do when there is nothing, and when the list cannot be read', async ({
  page,
  openSessions,
  main,
}) => {
  await openSessions(calmApp([], { listSessions: refused(wrongSecret) }));
  await expect(page.getByRole('alert')).toContainText(wrongSecret.message);
  await main.answer({ listSessions: ok([]) });
  await button(page, 'Try again').click();
  await expect(page.getByText('No sessions yet')).toBeVisible();
  await button(page, 'Go to recording').click();
  await expect(button(page, 'Start recording')).toBeVisible();
});

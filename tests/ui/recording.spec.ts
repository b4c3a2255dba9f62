import type { Locator, Page } from '@playwright/test';
import { expect, test } from './app';
import { ok, refused } from './fakeBridge';
import { calmApp, captureOptions, NOW_MS, recordingState, running, shortcuts, wrongSecret } from './samples';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

test('starts with the first screen, and with what was chosen instead', async ({ page, open, main }) => {
  await open(calmApp([], { startRecording: ok(undefined) }));
  await expect(page.getByRole('radio', { name: 'Built-in display' })).toBeChecked();
  await expect(page.getByText('Ctrl+Shift+F9', { exact: true })).toBeVisible();
  await expect(page.getByText('Ctrl+Shift+F10', { exact: true })).toBeVisible();
  await expect(page.getByText('Ctrl+Shift+F11', { exact: true })).toBeVisible();
  await button(page, 'Start recording').click();
  await page.getByRole('radio', { name: 'Editor' }).check();
  await page.getByRole('switch', { name: 'Microphone' }).click();
  await page.getByRole('switch', { name: 'Record what is typed' }).click();
  await button(page, 'Start recording').click();
  expect(await main.calls('startRecording')).toEqual([
    [{ sourceId: 'screen:1', microphone: false, recordKeyCodes: false }],
    [{ sourceId: 'window:7', microphone: true, recordKeyCodes: true }],
  ]);
});

test('says before the start that the video of a very large screen is smaller', async ({ page, open }) => {
  const large = { id: 'screen:9', name: 'Large', kind: 'screen', thumbnail: '' } as const;
  const scaledTo = { width: 4096, height: 2304 };
  const sources = [...captureOptions.sources, { ...large, scaledTo }];
  await open(calmApp([], { getCaptureOptions: ok({ ...captureOptions, sources }) }));
  const note = page.getByText('its video has 4096 × 2304 pixels');
  await expect(page.getByRole('radio', { name: 'Large' })).toBeVisible();
  await expect(note).toHaveCount(0);
  await page.getByRole('radio', { name: 'Large' }).check();
  await expect(note).toBeVisible();
});

test('no shortcut is shown that does not work', async ({ page, open }) => {
  await open(calmApp([], { getCaptureOptions: ok({ ...captureOptions, shortcuts: {} }) }));
  await expect(page.getByText('This system gives the app no shortcuts')).toBeVisible();
  await expect(page.getByText(/Ctrl\+Shift/)).toHaveCount(0);
});

test('says before the start what this machine cannot record', async ({ page, open, main }) => {
  const why = 'This desktop does not let programs see keys.';
  const capabilities = [
    { name: 'keyboard' as const, available: false, why },
    { name: 'microphone' as const, available: false, why: 'No microphone is connected.' },
  ];
  await open(
    calmApp([], { getCaptureOptions: ok({ ...captureOptions, capabilities, microphoneAvailable: false }) }),
  );
  await expect(page.getByText(why)).toBeVisible();
  await expect(page.getByRole('switch', { name: 'Microphone' })).toBeDisabled();
  await expect(page.getByText('No microphone is connected.')).toBeVisible();

  await main.answer({ getCaptureOptions: ok({ ...captureOptions, sources: [] }) });
  await button(page, 'Refresh').click();
  await expect(page.getByText('Nothing to record was found')).toBeVisible();
  await expect(button(page, 'Start recording')).toBeDisabled();
});

for (const { width, height } of [
  { width: 900, height: 560 },
  { width: 480, height: 480 },
]) {
  test(`what cannot be recorded is read whole in a window of ${width} × ${height}`, async ({
    page,
    open,
  }) => {
    const why = 'This desktop does not let programs see the mouse or keys, so neither is in the recording.';
    const capabilities = (['pointer', 'keyboard'] as const).map((name) => ({ name, available: false, why }));
    await page.setViewportSize({ width, height });
    await open(calmApp([], { getCaptureOptions: ok({ ...captureOptions, capabilities }) }));
    for (const text of ['Will not be recorded here', 'Mouse, Keyboard', why])
      expect(await isSeenWhole(page.getByText(text, { exact: true })), text).toBe(true);
    await page.getByText('redact: hide everything at once').scrollIntoViewIfNeeded();
    expect(await isSeenWhole(button(page, 'Start recording'))).toBe(true);
  });
}

/** Whether none of its edges is out of the window or below something else. */
function isSeenWhole(locator: Locator): Promise<boolean> {
  return locator.evaluate((element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    const [middle, centre] = [(left + right) / 2, (top + bottom) / 2];
    const edges = [
      [left + 2, centre],
      [right - 2, centre],
      [middle, top + 2],
      [middle, bottom - 2],
    ] as const;
    return edges.every(([x, y]) => element.contains(document.elementFromPoint(x, y)));
  });
}

test('screens that could not be listed are not called missing', async ({ page, open, main }) => {
  await open(calmApp([], { getCaptureOptions: refused(wrongSecret) }));
  await expect(page.getByText(wrongSecret.message)).toBeVisible();
  await expect(page.getByText('Nothing to record was found')).toBeHidden();
  await expect(button(page, 'Start recording')).toHaveAccessibleDescription(/Refresh to look again/);
  await main.answer({ getCaptureOptions: ok(captureOptions) });
  await button(page, 'Refresh').click();
  await expect(button(page, 'Start recording')).toBeEnabled();
});

test('a refused start is told', async ({ page, open }) => {
  await open(calmApp([], { startRecording: refused(wrongSecret) }));
  await button(page, 'Start recording').click();
  await expect(page.getByRole('region', { name: 'Notices' })).toContainText(wrongSecret.message);
  await button(page, 'Dismiss').click();
  await expect(page.getByText(wrongSecret.message)).toBeHidden();
});

for (const where of ['window', 'toolbar'] as const) {
  test(`the ${where} shows and steers a running recording`, async ({ page, open, main }) => {
    await open(calmApp([], { getRecordingState: ok(running) }), where);
    const timer = page.getByRole('timer', { name: 'Elapsed time' });
    await expect(timer).toHaveText('12:34');
    await page.clock.setFixedTime(NOW_MS + 30_000);
    await expect(timer).toHaveText('13:04');
    await expect(page.getByText('1,482')).toBeVisible();
    await button(page, 'Pause').click();
    expect(await main.calls('pauseRecording')).toHaveLength(1);

    await main.emit('recording:state', { ...running, phase: 'paused', elapsedMs: 784_000 });
    await page.clock.setFixedTime(NOW_MS + 90_000);
    await expect(button(page, 'Resume')).toBeVisible();
    await expect(timer).toHaveText('13:04');
    await button(page, 'Resume').click();
    expect(await main.calls('resumeRecording')).toHaveLength(1);

    await main.emit('recording:state', { ...running, framesArriving: false });
    await expect(page.getByText('No picture').first()).toBeVisible();
    await button(page, 'Stop').click();
    expect(await main.calls('stopRecording')).toHaveLength(1);
    await main.emit('recording:state', { ...running, phase: 'stopping' });
    await expect(button(page, 'Stop')).toBeDisabled();
  });
}

for (const where of ['window', 'toolbar'] as const) {
  test(`a ${where} that nobody can see is drawn for another phase only, and anew once it is seen`, async ({
    page,
    open,
    main,
  }) => {
    await open(calmApp([], { getRecordingState: ok(running) }), where);
    const timer = page.getByRole('timer', { name: 'Elapsed time' });
    await expect(timer).toHaveText('12:34');
    const hidden = await hide(page);
    await page.clock.setFixedTime(NOW_MS + 30_000);
    await main.emit('recording:state', { ...running, actionCount: 2000 });
    // Each turn of the clock asks whether anybody can see it.
    await expect.poll(hidden.asked).toBeGreaterThan(4);
    await expect(timer).toHaveText('12:34');
    await expect(page.getByText('1,482')).toBeVisible();

    await main.emit('recording:state', {
      ...running,
      phase: 'paused',
      actionCount: 2001,
      elapsedMs: 784_000,
    });
    await expect(button(page, 'Resume')).toBeVisible();
    await main.emit('recording:state', { ...running, phase: 'recording', actionCount: 2002 });
    await main.emit('recording:state', { ...running, phase: 'recording', actionCount: 2003 });
    await expect(button(page, 'Pause')).toBeVisible();
    await expect(page.getByText('2,002')).toBeVisible();
    await hidden.show();
    await expect(timer).toHaveText('13:04');
    await expect(page.getByText('2,003')).toBeVisible();
  });
}

/** Makes the page believe that its window is minimised. */
async function hide(page: Page) {
  await page.evaluate(() => {
    const state = { isHidden: true, asked: 0 };
    const get = () => (state.asked++, state.isHidden);
    Object.defineProperty(document, 'hidden', { configurable: true, get });
    Object.assign(window, { visibility: state });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  type Faked = Window & { visibility?: { isHidden: boolean; asked: number } };
  return {
    asked: () => page.evaluate(() => (window as Faked).visibility!.asked),
    show: () =>
      page.evaluate(() => {
        (window as Faked).visibility!.isHidden = false;
        document.dispatchEvent(new Event('visibilitychange'));
      }),
  };
}

for (const where of ['window', 'toolbar'] as const) {
  test(`the ${where} redacts and ends that, and says meanwhile that everything is hidden`, async ({
    page,
    open,
    main,
  }) => {
    await open(calmApp([], { getRecordingState: ok(running), getShortcuts: ok(shortcuts) }), where);
    await expect(button(page, 'Redact')).toHaveAttribute('title', /Ctrl\+Shift\+F11/);
    await button(page, 'Redact').click();
    expect(await main.calls('startRedaction')).toHaveLength(1);
    await main.emit('recording:state', { ...running, redacting: true });
    await expect(page.getByText(/all hidden|Everything is hidden/).first()).toBeVisible();
    await button(page, 'End redaction').click();
    expect(await main.calls('endRedaction')).toHaveLength(1);
    await main.emit('recording:state', running);
    await expect(page.getByText(/all hidden|Everything is hidden/)).toHaveCount(0);
  });

  test(`the ${where} shows that what is typed is recorded`, async ({ page, open, main }) => {
    await open(calmApp([], { getRecordingState: ok(running) }), where);
    const sign = page.getByText(/Typing is recorded|What you type is recorded/);
    await expect(button(page, 'Stop')).toBeVisible();
    await expect(sign).toHaveCount(0);
    await main.emit('recording:state', { ...running, recordKeyCodes: true });
    await expect(sign).toBeVisible();
  });
}

for (const where of ['window', 'toolbar'] as const) {
  test(`the ${where} says when the disk fills up`, async ({ page, open, main }) => {
    await open(calmApp([], { getRecordingState: ok({ ...running, diskMinutesLeft: 45 }) }), where);
    await expect(button(page, 'Stop')).toBeVisible();
    await expect(page.getByText(/Disk full/)).toHaveCount(0);
    await main.emit('recording:state', { ...running, diskMinutesLeft: 7.9 });
    await expect(page.getByText(/Disk full in (about )?7 min/)).toBeVisible();
    await main.emit('recording:state', { ...running, phase: 'stopping', diskMinutesLeft: 1.9 });
    await expect(page.getByText(/Disk full/)).toHaveCount(0);
  });
}

test('a recording that ended by itself says why, in either view', async ({ page, open, main }) => {
  await open(calmApp([], { getRecordingState: ok(running) }));
  await expect(button(page, 'Stop')).toBeVisible();
  await main.emit('recording:state', recordingState({ problem: wrongSecret }));
  await expect(button(page, 'Sessions')).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByText(wrongSecret.message)).toBeVisible();
});

test('main can show a view and put up notices', async ({ page, open, main }) => {
  await open(calmApp([], { dismissNotices: ok(undefined) }));
  await expect(button(page, 'Start recording')).toBeVisible();
  await main.emit('app:show-view', { view: 'sessions' });
  await expect(page.getByText('No sessions yet')).toBeVisible();
  await main.emit('app:notices', [{ id: 'n1', kind: 'warning', error: wrongSecret }]);
  await expect(page.getByText(wrongSecret.message)).toBeVisible();
  await button(page, 'Dismiss').click();
  expect(await main.calls('dismissNotices')).toEqual([[['n1']]]);
  await expect(page.getByText(wrongSecret.message)).toBeHidden();
});

test('everything before a start is reachable by keyboard', async ({ page, open, main }) => {
  await open(calmApp([], { startRecording: ok(undefined) }));
  await button(page, 'Record').focus();
  await page.keyboard.press('Tab');
  await expect(button(page, 'Sessions')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(button(page, 'Refresh')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('radio', { name: 'Built-in display' })).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('radio', { name: 'DELL U2723QE' })).toBeChecked();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await expect(page.getByRole('switch', { name: 'Microphone' })).toBeChecked();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('switch', { name: 'Active window' })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect(await main.calls('startRecording')).toEqual([
    [{ sourceId: 'screen:2', microphone: true, recordKeyCodes: false }],
  ]);
});

test('notices scroll with the recording view, which has one scroll bar, and stay in sight', async ({
  page,
  open,
}) => {
  const notice = { id: 'n1', kind: 'warning' as const, error: wrongSecret };
  await page.setViewportSize({ width: 900, height: 560 });
  await open(calmApp([], { getNotices: ok([notice]) }));
  const banner = page.getByText(wrongSecret.message);
  await expect(banner).toBeVisible();
  const scrollers = await page.evaluate(() =>
    [...document.querySelectorAll('*')]
      .filter((element) => /auto|scroll/.test(getComputedStyle(element).overflowY))
      .filter((element) => element.scrollHeight > element.clientHeight)
      .map((element) => ({ top: element.getBoundingClientRect().top, notices: element.textContent })),
  );
  expect(scrollers).toHaveLength(1);
  expect(scrollers[0]!.notices).toContain(wrongSecret.message);
  await page.getByText('redact: hide everything at once').scrollIntoViewIfNeeded();
  expect(await isSeenWhole(banner)).toBe(true);
  expect(await isSeenWhole(button(page, 'Start recording'))).toBe(true);
});

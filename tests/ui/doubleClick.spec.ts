import type { Locator, Page } from '@playwright/test';
import type { SessionListItem } from '../../src/shared/session';
import type { CommandName } from '../../src/shared/contract';
import { expect, test } from './app';
import { ok, type FakeMain, type Replies } from './fakeBridge';
import { calmApp, idOf, running, sessionAt, uploadAt, wrongSecret } from './samples';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** Presses and releases where `locator` lies, whatever is there by now. `clicks`: which of a series of clicks it is. */
async function click(page: Page, locator: Locator, clicks: number): Promise<void> {
  const { x, y, width, height } = (await locator.boundingBox())!;
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down({ clickCount: clicks });
  await page.mouse.up({ clickCount: clicks });
}

type Swap = {
  what: string;
  replies: Replies;
  where?: 'window' | 'toolbar';
  sessions?: true;
  /** What is pressed, and what stands in its place afterwards. */
  pressed: string;
  then: string;
  /** What main is asked for by either. */
  first: CommandName;
  second: CommandName;
  answer: (main: FakeMain) => Promise<void>;
};

const done = ok(undefined);
const commands = {
  ...{ uploadSession: done, cancelUpload: done, retryUpload: done, pauseUpload: done, resumeUpload: done },
  ...{ pauseRecording: done, resumeRecording: done, startRedaction: done, endRedaction: done },
};
const list = (item: SessionListItem) => calmApp([item], commands);
const becomes = (item: SessionListItem) => async (main: FakeMain) => {
  await main.answer({ listSessions: ok([item]) });
  await main.emit('sessions:changed', { sessionId: idOf(0) });
};
const waiting = uploadAt(0, { status: 'pending', progress: 0, bytesUploaded: 0, bytesKept: 0 });
const held = uploadAt(0, { status: 'pending', reason: { kind: 'paused' } });
const failed = uploadAt(0, { status: 'failed', errorDetail: wrongSecret });
const paused = { ...running, phase: 'paused' as const };

const inList: Swap[] = [
  {
    ...{ what: 'an upload that begins', replies: list(sessionAt(0)), sessions: true },
    ...{ pressed: 'Upload', then: 'Cancel', first: 'uploadSession', second: 'cancelUpload' },
    answer: becomes(waiting),
  },
  {
    ...{ what: 'an upload that is cancelled', replies: list(waiting), sessions: true },
    ...{ pressed: 'Cancel', then: 'Upload', first: 'cancelUpload', second: 'uploadSession' },
    answer: becomes(sessionAt(0)),
  },
  {
    ...{ what: 'an upload that is tried again', replies: list(failed), sessions: true },
    ...{ pressed: 'Retry', then: 'Cancel', first: 'retryUpload', second: 'cancelUpload' },
    answer: becomes(waiting),
  },
  {
    ...{ what: 'an upload that is held up', replies: list(waiting), sessions: true },
    ...{ pressed: 'Pause', then: 'Resume', first: 'pauseUpload', second: 'resumeUpload' },
    answer: becomes(held),
  },
  {
    ...{ what: 'an upload that goes on', replies: list(held), sessions: true },
    ...{ pressed: 'Resume', then: 'Pause', first: 'resumeUpload', second: 'pauseUpload' },
    answer: becomes(waiting),
  },
];

const inRecording = (where: 'window' | 'toolbar'): Swap[] =>
  (
    [
      ['Pause', 'Resume', 'pauseRecording', 'resumeRecording', running, paused],
      ['Resume', 'Pause', 'resumeRecording', 'pauseRecording', paused, running],
      ['Redact', 'End redaction', 'startRedaction', 'endRedaction', running, { ...running, redacting: true }],
    ] as const
  ).map(([pressed, then, first, second, before, after]) => ({
    ...{ what: `${pressed} in the ${where}`, where, pressed, then, first, second },
    replies: calmApp([], { ...commands, getRecordingState: ok(before) }),
    answer: (main: FakeMain) => main.emit('recording:state', after),
  }));

for (const swap of [...inList, ...inRecording('window'), ...inRecording('toolbar')]) {
  test(`${swap.what}: a double click is one answer, a click after it another`, async ({
    page,
    open,
    openSessions,
    main,
  }) => {
    if (swap.sessions) await openSessions(swap.replies);
    else await open(swap.replies, swap.where);
    await click(page, button(page, swap.pressed), 1);
    await swap.answer(main);
    const other = button(page, swap.then);
    await expect(other).toBeVisible();
    await click(page, other, 2);
    await click(page, other, 3);
    expect(await main.calls(swap.second)).toEqual([]);
    await click(page, other, 1);
    expect(await main.calls(swap.first)).toHaveLength(1);
    expect(await main.calls(swap.second)).toHaveLength(1);
  });
}

test('a press that ends on another button than it began on is no answer', async ({ page, open, main }) => {
  await open(calmApp([], { ...commands, getRecordingState: ok(running) }), 'toolbar');
  await button(page, 'Pause').hover();
  await page.mouse.down();
  await main.emit('recording:state', paused);
  await expect(button(page, 'Resume')).toBeVisible();
  await page.mouse.up();
  expect(await main.calls('resumeRecording')).toEqual([]);
  await button(page, 'Resume').focus();
  await page.keyboard.press('Enter');
  expect(await main.calls('resumeRecording')).toHaveLength(1);
});

test('a double click on Start does not stop what it started', async ({ page, open, main }) => {
  await open(calmApp([], { startRecording: done }));
  const start = button(page, 'Start recording');
  const { x, y } = (await start.boundingBox())!;
  await click(page, start, 1);
  await main.emit('recording:state', running);
  // The window is so laid out that Stop lies where Start was.
  const stop = button(page, 'Stop');
  await expect(stop).toBeVisible();
  await stop.evaluate(
    (element, [left, top]) => {
      Object.assign(element.style, { position: 'fixed', left: `${left}px`, top: `${top}px` });
    },
    [x, y] as const,
  );
  await click(page, stop, 2);
  expect(await main.calls('stopRecording')).toEqual([]);
  await click(page, stop, 1);
  expect(await main.calls('stopRecording')).toHaveLength(1);
});

test('a series of clicks on a button that stays what it is counts each', async ({
  page,
  openSessions,
  main,
}) => {
  await openSessions(calmApp([sessionAt(0)], { showSessionInFolder: done }));
  const folder = button(page, 'Show in folder');
  for (const clicks of [1, 2, 3]) await click(page, folder, clicks);
  expect(await main.calls('showSessionInFolder')).toHaveLength(3);
});

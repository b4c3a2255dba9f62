import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Action, Frame, Screenshot, SessionHeader } from '../../src/shared/session';
import { desktopOn } from './harness/desktop';
import { pressShortcut } from './harness/host';
import { showSessions } from './harness/list';
import { countFrames, type ColorCount } from './harness/media';
import { onlySession, recordUntil, startRecording, stopAndExport, unpack } from './harness/record';
import { expect, neverRetry, test } from './harness/test';

neverRetry();

const GREEN = { color: '#00ff00', other: '#00e000' };
const REDACT = { accelerator: 'CommandOrControl+Shift+F11', keys: 'ctrl+shift+F11' };

test('a redaction hides the screen from its first instant, and leaves one event', async ({
  display,
  launch,
  userDataDir,
}) => {
  const desktop = desktopOn(display);
  await desktop.paint('#404040');
  const app = await launch();
  const toolbar = await startRecording(app);
  await desktop.paint(GREEN.color);
  await desktop.click(300, 300);
  await recordUntil(toolbar, 4);
  // Something moves on the screen all the time, so that there are frames on their way at every instant.
  const stopMoving = keepChanging(desktop);
  await pressShortcut(app, display, REDACT);
  await expect(toolbar.getByText('Redacting, all hidden')).toBeVisible();
  await recordUntil(toolbar, 6);
  await desktop.click(310, 310);
  for (const key of ['a', 'Return', 'ctrl+s']) await desktop.key(key);
  await recordUntil(toolbar, 7);
  await toolbar.getByRole('button', { name: 'End redaction' }).click();
  await expect(toolbar.getByText('Redacting, all hidden')).toBeHidden();
  await stopMoving();
  await recordUntil(toolbar, 9);
  await desktop.click(320, 320);
  await recordUntil(toolbar, 11);
  await stopAndExport(app, toolbar);

  const { sessionId, folder } = await onlySession(userDataDir);
  const content = await unpack(await readFile(path.join(folder, `${sessionId}.zip`)));
  const session = await readSession(content);
  const redactions = session.actions.filter((action) => action.type === 'redaction');
  expect(redactions).toHaveLength(1);
  const [{ fromUs, tUs }] = redactions as [Extract<Action, { type: 'redaction' }>];
  expect(session.actions.flatMap((action) => (action.type === 'press' ? [action.x] : []))).toEqual([
    300, 320,
  ]);
  expect(session.actions.filter(({ type }) => type === 'keydown')).toEqual([]);
  expect(session.shots.filter((shot) => shot.tUs > fromUs && shot.tUs < tUs)).toEqual([]);

  const [before, during, after] = session.header.video!.segments;
  expect(session.header.video!.segments).toHaveLength(3);
  const look = (segment: string) => countFrames(path.join(content, segment), isGreen);
  const counts: Record<string, ColorCount> = {
    before: await look(before!),
    during: await look(during!),
    after: await look(after!),
  };
  expect(counts.before!.matching).toBeGreaterThan(0);
  expect(counts.during!.frames).toBeGreaterThan(0);
  expect(counts.during!.matching, 'green frames in the redaction').toBe(0);
  expect(counts.after!.matching).toBeGreaterThan(0);
  // No frame of the visible segments was seen while everything was hidden.
  for (const frame of session.frames)
    if (frame.segment !== during)
      expect(frame.tUs > fromUs && frame.tUs < tUs, JSON.stringify(frame)).toBe(false);
});

test('kill -9 in a redaction: nothing leaks, and the session ends with its redaction', async ({
  display,
  launch,
  userDataDir,
}) => {
  const desktop = desktopOn(display);
  await desktop.paint('#404040');
  const first = await launch();
  const toolbar = await startRecording(first);
  await recordUntil(toolbar, 3);
  await toolbar.getByRole('button', { name: 'Redact', exact: true }).click();
  await expect(toolbar.getByText('Redacting, all hidden')).toBeVisible();
  await desktop.paint(GREEN.color);
  const stopMoving = keepChanging(desktop);
  await desktop.click(310, 310);
  await recordUntil(toolbar, 7);
  await first.kill9();
  await stopMoving();

  const second = await launch();
  const row = (await showSessions(second.page)).first();
  const exportButton = row.getByRole('button', { name: 'Export', exact: true });
  const upload = row.getByRole('button', { name: 'Upload', exact: true });
  await expect(exportButton.or(upload).first()).toBeVisible({ timeout: 60_000 });
  if (await exportButton.isVisible()) await exportButton.click();
  await expect(upload).toBeEnabled({ timeout: 60_000 });
  const { sessionId, folder } = await onlySession(userDataDir);
  const content = await unpack(await readFile(path.join(folder, `${sessionId}.zip`)));
  const session = await readSession(content);
  const redaction = session.actions.at(-1)!;
  expect(redaction.type).toBe('redaction');
  expect(redaction.tUs).toBeGreaterThan((redaction as { fromUs: number }).fromUs + 1_000_000);
  expect(session.actions.filter(({ type }) => type === 'press')).toEqual([]);
  for (const segment of session.header.video!.segments)
    expect((await countFrames(path.join(content, segment), isGreen)).matching, segment).toBe(0);
});

/** The background changes from one green to another until the answer is called. */
function keepChanging(desktop: ReturnType<typeof desktopOn>): () => Promise<void> {
  let going = true;
  const done = (async () => {
    for (let turn = 0; going; turn += 1) await desktop.paint(turn % 2 ? GREEN.color : GREEN.other);
  })();
  return async () => {
    going = false;
    await done;
  };
}

function isGreen({ r, g, b }: { r: number; g: number; b: number }): boolean {
  return g > 120 && r < 90 && b < 90;
}

async function readSession(content: string) {
  const text = (name: string) => readFile(path.join(content, name), 'utf8');
  const lines = async (name: string) =>
    (await text(name))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  return {
    header: JSON.parse(await text('session.json')) as SessionHeader,
    actions: (JSON.parse(await text('actions.json')) as { actions: Action[] }).actions,
    frames: (await lines('frames.jsonl')) as Frame[],
    shots: (await lines('screenshots.jsonl')) as Screenshot[],
  };
}

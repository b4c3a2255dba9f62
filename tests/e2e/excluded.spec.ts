import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Action, Screenshot, SessionHeader } from '../../src/shared/session';
import { desktopOn } from './harness/desktop';
import { filesHolding } from './harness/disk';
import { openOtherWindow } from './harness/otherWindow';
import { onlySession, recordUntil, startRecording, stopAndExport, unpack } from './harness/record';
import { expect, neverRetry, test } from './harness/test';

neverRetry();

test('an excluded window leaves no title, no key and no screenshot; the others have theirs', async ({
  display,
  launch,
  userDataDir,
}) => {
  const settings = { version: 1, recordActiveWindow: true, excluded: ['secret*bank'] };
  await writeFile(path.join(userDataDir, 'recording-settings.json'), JSON.stringify(settings));
  const desktop = desktopOn(display);
  const app = await launch();
  const bank = await openOtherWindow(display, { title: 'Secret online Bank', app: 'browser' });
  const notes = await openOtherWindow(display, { title: 'Notes: a=b', app: 'editor' });
  const toolbar = await startRecording(app);
  await notes.activate();
  await recordUntil(toolbar, 4);
  await desktop.key('F7');
  await recordUntil(toolbar, 6);
  await bank.activate();
  await desktop.key('F8');
  await recordUntil(toolbar, 9);
  for (const key of ['F8', 'Return']) await desktop.key(key);
  await desktop.click(700, 700);
  await recordUntil(toolbar, 11);
  await notes.activate();
  await recordUntil(toolbar, 14);
  await desktop.key('F9');
  await recordUntil(toolbar, 16);
  await stopAndExport(app, toolbar);
  notes.close();
  bank.close();

  const { sessionId, folder } = await onlySession(userDataDir);
  expect(await filesHolding(folder, 'Secret online Bank', [])).toEqual([]);
  const content = await unpack(await readFile(path.join(folder, `${sessionId}.zip`)));
  const text = (name: string) => readFile(path.join(content, name), 'utf8');
  const { actions } = JSON.parse(await text('actions.json')) as { actions: Action[] };
  const windows = actions.filter((action) => action.type === 'window');
  expect(windows.map(({ title, excluded }) => excluded ?? title)).toEqual(['Notes: a=b', true, 'Notes: a=b']);
  expect(windows[0]).toMatchObject({ app: 'editor', bounds: { width: 300, height: 200 } });
  const keys = actions.flatMap((action) => (action.type === 'keydown' ? [action.key] : []));
  expect(keys).toEqual(['F7', 'F9']);
  const clicks = actions.filter(({ type }) => type === 'press');
  expect(clicks).toHaveLength(1);
  const [from, until] = [windows[1]!.tUs, windows[2]!.tUs];
  const shots = (await text('screenshots.jsonl'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Screenshot);
  expect(shots.filter(({ tUs }) => tUs > from && tUs < until)).toEqual([]);
  const header = JSON.parse(await text('session.json')) as SessionHeader;
  expect(header.redaction).toMatchObject({ excluded: ['secret*bank'], activeWindowRecorded: true });
});

import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Action, Screenshot } from '../../src/shared/session';
import { desktopOn } from './harness/desktop';
import { expectStatus } from './harness/list';
import { pixelOf, probeVideo } from './harness/media';
import { onlySession, recordOn, recordUntil, startRecording, stopAndExport, unpack } from './harness/record';
import { configure } from './harness/settings';
import { processesWith } from './harness/terminal';
import { expect, test } from './harness/test';

/** Clicks in order, each on a background of its own colour. */
const steps = [
  { x: 300, y: 300, color: '#c02020', rgb: { r: 192, g: 32, b: 32 } },
  { x: 500, y: 400, color: '#20a020', rgb: { r: 32, g: 160, b: 32 } },
  { x: 700, y: 500, color: '#2020c0', rgb: { r: 32, g: 32, b: 192 } },
];

test('record, stop, export, upload: the bundle holds what happened, and the bucket holds the bundle', async ({
  bucket,
  display,
  launch,
  userDataDir,
}) => {
  const desktop = desktopOn(display);
  const app = await launch();
  const windowChoice = app.page.getByRole('group', { name: 'Windows' });
  await expect(windowChoice.or(app.page.getByText('no single windows'))).toBeVisible();
  await configure(app.page, bucket);
  const toolbar = await startRecording(app);
  // At a person's pace, read from the session's own clock.
  for (const step of steps) {
    await desktop.paint(step.color);
    await desktop.moveTo(step.x - 20, step.y - 20);
    await recordOn(toolbar);
    await desktop.click(step.x, step.y);
  }
  for (const key of ['a', 'Return', 'ctrl+s']) await desktop.key(key);
  await recordUntil(toolbar, 5);

  const row = await stopAndExport(app, toolbar);
  await row.getByRole('button', { name: 'Upload', exact: true }).click();
  await expectStatus(row, 'Uploaded', 60_000);

  const { sessionId, folder: original } = await onlySession(userDataDir);
  const inBucket = await bucket.readObject(`sessions/${sessionId}/${sessionId}.zip`);
  const onDisk = await readFile(path.join(original, `${sessionId}.zip`));
  expect(inBucket?.equals(onDisk)).toBe(true);
  const folder = await unpack(inBucket!);
  await checkActions(folder);
  await checkScreenshots(folder);
  await checkVideo(folder);
});

test('as on macOS the hook runs in main, and a second recording gets one of its own', async ({
  display,
  launch,
  userDataDir,
}) => {
  const app = await launch([], { SHELL_AS: 'darwin', SHELL_WITH: 'granted' });
  for (const count of [1, 2]) {
    const toolbar = await startRecording(app);
    expect(await processesWith(path.resolve('.webpack/main/inputHost.js'))).toEqual([]);
    await desktopOn(display).click(300, 300 + count);
    await recordOn(toolbar);
    await stopAndExport(app, toolbar);
  }
  const ids = (await readdir(path.join(userDataDir, 'sessions'))).sort();
  const presses = await Promise.all(
    ids.map(async (id) => {
      const actions = await readFile(path.join(userDataDir, 'sessions', id, 'actions.json'), 'utf8');
      return (JSON.parse(actions) as { actions: Action[] }).actions.filter(({ type }) => type === 'press');
    }),
  );
  expect(presses).toMatchObject([[{ x: 300, y: 301 }], [{ x: 300, y: 302 }]]);
});

/** The video lasts as long as the session's own clock says. */
async function checkVideo(folder: string): Promise<void> {
  const header = JSON.parse(await readFile(path.join(folder, 'session.json'), 'utf8'));
  const video = await probeVideo(path.join(folder, header.video.segments[0]));
  expect(header.durationUs / 1e6).toBeGreaterThan(5);
  expect(Math.abs(video.durationSeconds - header.durationUs / 1e6)).toBeLessThan(0.5);
  expect(video.frames).toBeGreaterThan(10);
  expect(video.width).toBe(1600);
}

async function checkActions(folder: string): Promise<void> {
  const { actions } = JSON.parse(await readFile(path.join(folder, 'actions.json'), 'utf8')) as {
    actions: Action[];
  };
  const presses = actions.filter((action) => action.type === 'press').slice(0, steps.length);
  expect(presses.map(({ x, y, button }) => ({ x, y, button }))).toEqual(
    steps.map(({ x, y }) => ({ x, y, button: 1 })),
  );
  const keys = actions.filter((action) => action.type === 'keydown');
  expect(keys.map((key) => key.key)).toEqual([undefined, 'Enter', 'ControlLeft', 'KeyS']);
  const times = actions.map((action) => action.tUs);
  expect(times).toEqual([...times].sort((a, b) => a - b));
}

/** Each click has a picture, and it shows the colour the screen had at that click. */
async function checkScreenshots(folder: string): Promise<void> {
  const lines = (await readFile(path.join(folder, 'screenshots.jsonl'), 'utf8')).trim().split('\n');
  const shots = lines.map((line) => JSON.parse(line) as Screenshot);
  expect(shots.at(0)?.trigger).toBe('start');
  expect(shots.at(-1)?.trigger).toBe('stop');
  const pressShots = shots.filter((shot) => shot.trigger === 'press').slice(0, steps.length);
  expect(pressShots).toHaveLength(steps.length);
  for (const [index, shot] of pressShots.entries()) {
    const pixel = await pixelOf(path.join(folder, shot.file), 1000, 800);
    for (const channel of ['r', 'g', 'b'] as const)
      expect(Math.abs(pixel[channel] - steps[index]!.rgb[channel]), `${shot.file} ${channel}`).toBeLessThan(
        24,
      );
  }
}

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Action } from '../../src/shared/session';
import { desktopOn } from './harness/desktop';
import { openFlasher } from './harness/flasher';
import { findFlashes, type Flash } from './harness/flashes';
import { onlySession, recordUntil, startRecording, stopAndExport } from './harness/record';
import { expect, test } from './harness/test';

/** `npm run measure:sync` asks for the long one: 50 clicks over 5 minutes. */
const isLong = process.env.SYNC === 'long';
const clicks = isLong ? 50 : 8;
const secondsApart = isLong ? 6 : 2;
const spot = { x: 600, y: 600 };
/** A flash belongs to the click before it when it comes within this time. */
const WITHIN_US = 1_500_000;
/**
 * The same instant, seen twice: a frame is stamped by the page, a click by the hook's process, and each knows the others'
 * clock by its least delayed message, which is late on a machine with other work. What is measured is printed.
 */
const CLOCK_SLACK_US = 50_000;

test('what a click causes is seen in the video at the time of the click, also after a pause', async ({
  display,
  launch,
  userDataDir,
}) => {
  test.setTimeout((clicks * secondsApart + 120) * 1000);
  const desktop = desktopOn(display);
  const app = await launch();
  const flasher = await openFlasher(display);
  const toolbar = await startRecording(app);
  for (let click = 1; click <= clicks; click++) {
    await recordUntil(toolbar, click * secondsApart);
    await desktop.click(spot.x, spot.y);
    if (click === clicks / 2) {
      await toolbar.getByRole('button', { name: 'Pause' }).click();
      await toolbar.getByRole('button', { name: 'Resume' }).click();
      await expect(toolbar.getByRole('button', { name: 'Pause' })).toBeVisible();
    }
  }
  await recordUntil(toolbar, clicks * secondsApart + 2);
  await stopAndExport(app, toolbar);
  const reactions = await flasher.reactionsMs();
  await flasher.close();

  const { folder } = await onlySession(userDataDir);
  const flashes = await findFlashes(folder, spot);
  const { actions } = JSON.parse(await readFile(path.join(folder, 'actions.json'), 'utf8')) as {
    actions: Action[];
  };
  const presses = actions.filter(({ type }) => type === 'press').map(({ tUs }) => tUs);
  const seen = presses.map((tUs) => nearest(flashes, tUs));
  const offsets = presses.map((tUs, click) => seen[click]!.tUs - tUs);
  expect(offsets).toHaveLength(clicks);
  const found = inOrder(offsets);
  console.log(`sync: ${clicks} clicks, flash after click: ${spread(found.map((us) => us / 1000))}`);
  // Nothing is seen before it is caused, before a pause and after it.
  expect(found[0]).toBeGreaterThan(-CLOCK_SLACK_US);
  expect(found.at(-1)).toBeLessThan(WITHIN_US);
  console.log(`sync: of that the flashing page itself: ${spread(inOrder(reactions))}`);
  const errors = presses.map((tUs, click) => distanceMs(tUs + reactions[click]! * 1000, seen[click]!));
  console.log(`sync: the flash lies outside of the frames it came on between by: ${spread(inOrder(errors))}`);
});

function inOrder(values: number[]): number[] {
  return values.toSorted((a, b) => a - b);
}

function spread(sorted: number[]): string {
  const ms = (share: number) => sorted[Math.ceil(share * sorted.length) - 1]?.toFixed(1) ?? '?';
  return `median ${ms(0.5)} ms, p95 ${ms(0.95)} ms, most ${ms(1)} ms`;
}

function nearest(flashes: Flash[], tUs: number): Flash {
  return flashes.reduce((best, flash) =>
    Math.abs(flash.tUs - tUs) < Math.abs(best.tUs - tUs) ? flash : best,
  );
}

/** How far a time lies from the span in which it must: 0 inside. */
function distanceMs(us: number, { afterUs, tUs }: Flash): number {
  return Math.max(0, afterUs - us, us - tUs) / 1000;
}

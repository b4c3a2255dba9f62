import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { validateBundle } from '../../bundle-validator/validateBundle';
import type { RunningApp } from './harness/app';
import { expectStatus } from './harness/list';
import { openInPlayer } from './harness/player';
import { onlySession, recordUntil, startRecording, stopAndExport } from './harness/record';
import { configure } from './harness/settings';
import { expect, test } from './harness/test';

/** Something that changes, so that there is a picture to record: a bar that runs to and fro, in a window beside ours. */
const MOVEMENT = `<title>Movement</title>
  <style>@keyframes run { to { margin-left: 80% } }
    div { width: 20%; height: 90vh; background: orangered; animation: run 1s linear infinite alternate }</style>
  <div></div>`;

/** The whole way with nothing but clicks in the app's own pages, so that it runs on every system. */
test('start, record five seconds, stop, export, upload, play', async ({ bucket, launch, userDataDir }) => {
  const app = await launch();
  const { page } = app;
  await configure(page, bucket);
  await showMovement(app);
  const toolbar = await startRecording(app);
  await recordUntil(toolbar, 5);
  const row = await stopAndExport(app, toolbar);
  await row.getByRole('button', { name: 'Upload', exact: true }).click();
  await expectStatus(row, 'Uploaded', 60_000);

  const { sessionId, folder } = await onlySession(userDataDir);
  const bundle = path.join(folder, `${sessionId}.zip`);
  expect((await validateBundle(bundle)).problems).toEqual([]);
  const inBucket = await bucket.readObject(`sessions/${sessionId}/${sessionId}.zip`);
  expect(inBucket?.equals(await readFile(bundle))).toBe(true);

  await openInPlayer(page, row);
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  const video = page.locator('video');
  const seconds = () => video.evaluate((element) => (element as HTMLVideoElement).currentTime);
  await expect.poll(seconds).toBeGreaterThan(1);
  const { frames, height } = await video.evaluate((element) => ({
    frames: (element as HTMLVideoElement).getVideoPlaybackQuality().totalVideoFrames,
    height: (element as HTMLVideoElement).videoHeight,
  }));
  expect(frames).toBeGreaterThan(5);
  expect(height).toBeGreaterThan(200);
});

async function showMovement({ electron }: RunningApp): Promise<void> {
  await electron.evaluate(
    async ({ BrowserWindow }, url) => {
      const window = new BrowserWindow({ x: 40, y: 40, width: 400, height: 300 });
      await window.loadURL(url);
    },
    `data:text/html,${encodeURIComponent(MOVEMENT)}`,
  );
}

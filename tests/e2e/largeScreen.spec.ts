import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { startXvfb } from '../../scripts/lib/xvfb.mjs';
import type { Screenshot, SessionHeader } from '../../src/shared/session';
import { placeOnPicture } from '../../src/shared/playback/placeOnPicture';
import { launchApp } from './harness/app';
import { desktopOn } from './harness/desktop';
import { probeVideo } from './harness/media';
import { onlySession, recordOn, startRecording, stopAndExport, unpack } from './harness/record';
import { expect, test } from './harness/test';

/** More than H.264 takes. */
const screen = { width: 4096, height: 2560 };

test('a screen that is larger than an encoder takes is recorded scaled down, and says so before', async ({
  userDataDir,
}) => {
  const { display, stop } = await startXvfb(screen);
  const app = await launchApp({ userDataDir, display });
  try {
    await app.page.getByRole('button', { name: 'Record', exact: true }).click();
    await expect(app.page.getByText(/its video has at most \d+ × \d+ pixels/)).toBeVisible({
      timeout: 30_000,
    });
    const toolbar = await startRecording(app);
    await desktopOn(display).click(2048, 1280);
    await recordOn(toolbar);
    await stopAndExport(app, toolbar);

    const { sessionId, folder } = await onlySession(userDataDir);
    const content = await unpack(await readFile(path.join(folder, `${sessionId}.zip`)));
    const read = (name: string) => readFile(path.join(content, name), 'utf8');
    const header = JSON.parse(await read('session.json')) as SessionHeader;
    const details = header.video!.details!;
    expect(details).toHaveLength(1);
    const { segment, width, height, scaledFrom } = details[0]!;
    expect(scaledFrom).toEqual(screen);
    // As large as can be, give or take a tenth that Chromium leaves.
    expect(width * height).toBeLessThanOrEqual(4096 * 2304);
    expect(width * height).toBeGreaterThan(4096 * 2304 * 0.75);
    expect(Math.abs(width / height - screen.width / screen.height)).toBeLessThan(0.01);
    const video = await probeVideo(path.join(content, segment));
    expect(video).toMatchObject({ codec: 'h264', width, height });
    expect(video.frames).toBeGreaterThan(0);
    // A click in the middle is in the middle of the smaller picture.
    const point = { epoch: 0, display: header.geometry[0]!.displays[0]!.id, x: 2048, y: 1280 };
    expect(placeOnPicture(header, 0, point, { width, height })).toEqual({ x: 0.5, y: 0.5 });
    const screenshots = (await read('screenshots.jsonl')).trim().split('\n');
    expect(JSON.parse(screenshots[0]!) as Screenshot).toMatchObject(screen);
  } finally {
    await app.close();
    stop();
  }
});

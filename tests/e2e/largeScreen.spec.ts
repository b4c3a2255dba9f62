import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { startXvfb } from '../../scripts/lib/xvfb.mjs';
import type { PictureSize } from '../../src/shared/pictureSize';
import type { Screenshot, SessionHeader } from '../../src/shared/session';
import { placeOnPicture } from '../../src/shared/playback/placeOnPicture';
import { launchApp, type RunningApp } from './harness/app';
import { desktopOn } from './harness/desktop';
import { probeVideo } from './harness/media';
import { onlySession, recordOn, startRecording, stopAndExport, unpack } from './harness/record';
import { expect, test } from './harness/test';

/** More than H.264 takes; the second is also higher than 4320 and stands upright. */
const screens = [
  { width: 4096, height: 2560 },
  { width: 2560, height: 5120 },
];

for (const screen of screens)
  test(`a screen of ${screen.width} × ${screen.height} is recorded at the size that the app says before`, async ({
    userDataDir,
  }) => {
    const { display, stop } = await startXvfb(screen);
    const app = await launchApp({ userDataDir, display });
    try {
      await app.page.getByRole('button', { name: 'Record', exact: true }).click();
      const said = await foretoldSize(app);
      const toolbar = await startRecording(app);
      await desktopOn(display).click(screen.width / 2, screen.height / 2);
      await recordOn(toolbar);
      // A slow encoder takes longer than that for the first frames of such a picture.
      const video = path.join((await onlySession(userDataDir)).folder, 'video');
      await expect.poll(() => bytesIn(video), { timeout: 60_000 }).toBeGreaterThan(0);
      await stopAndExport(app, toolbar);

      const { sessionId, folder } = await onlySession(userDataDir);
      const content = await unpack(await readFile(path.join(folder, `${sessionId}.zip`)));
      const read = (name: string) => readFile(path.join(content, name), 'utf8');
      const header = JSON.parse(await read('session.json')) as SessionHeader;
      const details = header.video!.details!;
      expect(details).toHaveLength(1);
      const { segment, width, height, scaledFrom } = details[0]!;
      expect(scaledFrom).toEqual(screen);
      expect({ width, height }).toEqual(said);
      expect(width * height).toBeLessThanOrEqual(4096 * 2304);
      expect(width * height).toBeGreaterThan(4096 * 2304 * 0.98);
      expect(Math.abs(width / height - screen.width / screen.height)).toBeLessThan(0.01);
      const probed = await probeVideo(path.join(content, segment));
      expect(probed).toMatchObject({ codec: 'h264', width, height });
      expect(probed.frames).toBeGreaterThan(0);
      // A click in the middle is in the middle of the smaller picture.
      const point = {
        epoch: 0,
        display: header.geometry[0]!.displays[0]!.id,
        x: screen.width / 2,
        y: screen.height / 2,
      };
      expect(placeOnPicture(header, 0, point, { width, height })).toEqual({ x: 0.5, y: 0.5 });
      const screenshots = (await read('screenshots.jsonl')).trim().split('\n');
      expect(JSON.parse(screenshots[0]!) as Screenshot).toMatchObject(screen);
    } finally {
      await app.close();
      stop();
    }
  });

/** Its numbers, as the recording view shows them. */
async function foretoldSize(app: RunningApp): Promise<PictureSize> {
  const note = app.page.getByText(/its video has \d+ × \d+ pixels/);
  await expect(note).toBeVisible({ timeout: 30_000 });
  const [, width, height] = /(\d+) × (\d+) pixels/.exec(await note.innerText())!;
  return { width: Number(width), height: Number(height) };
}

async function bytesIn(folder: string): Promise<number> {
  const files = await Promise.all((await readdir(folder)).map((name) => stat(path.join(folder, name))));
  return files.reduce((bytes, { size }) => bytes + size, 0);
}

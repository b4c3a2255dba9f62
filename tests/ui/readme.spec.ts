import path from 'node:path';
import type { SessionListItem } from '../../src/shared/session';
import { expect, rows, test } from './app';
import { playableApp, playbackOf, someSteps } from './playbackSamples';
import { calmApp, idOf, NOW_MS, sessionAt, uploadAt, wrongSecret } from './samples';

/** `SESSION_RECORDER_README_PICTURE=1 npm test -- ui -- readme` renews the picture in the README. */
const FOLDER = process.env.SESSION_RECORDER_README_PICTURE ? 'docs/images' : 'test-results/ui-states';
const picture = (name: string) => path.resolve(__dirname, '../..', FOLDER, name);

const MINUTE_MS = 60_000;
const BYTES_PER_MINUTE = 36_400_000;

/** `item` as a recording of `minutes` that began so many minutes ago. */
function recorded(minutesAgo: number, minutes: number, item: SessionListItem): SessionListItem {
  const createdAt = NOW_MS - minutesAgo * MINUTE_MS;
  const durationMs = minutes * MINUTE_MS + 8_000;
  return {
    ...item,
    createdAt,
    endedAt: createdAt + durationMs,
    durationMs,
    actionCount: minutes * 83 + 12,
    screenshotCount: minutes * 7 + 2,
    fileSizeBytes: minutes * BYTES_PER_MINUTE,
  };
}

test('the sessions as the README shows them', async ({ page, openSessions }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.setViewportSize({ width: 960, height: 768 });
  const totalBytes = 47 * BYTES_PER_MINUTE;
  const uploading = uploadAt(1, {
    progress: 62,
    bytesUploaded: 0.62 * totalBytes,
    bytesKept: 0.6 * totalBytes,
    totalBytes,
    bytesPerSecond: 8_400_000,
    secondsLeft: 77,
  });
  const waiting = uploadAt(2, { status: 'pending', progress: 0, bytesUploaded: 0, bytesKept: 0 });
  const failed = uploadAt(3, { status: 'failed', errorDetail: wrongSecret });
  const location = `s3://team-recordings/sessions/${idOf(4)}/${idOf(4)}.zip`;
  const done = uploadAt(4, { status: 'done', progress: 100 }, { location });
  await openSessions(
    calmApp([
      recorded(9, 6, sessionAt(0)),
      recorded(74, 47, uploading),
      recorded(138, 21, waiting),
      recorded(305, 12, failed),
      recorded(1_610, 33, done),
    ]),
  );
  await expect(rows(page)).toHaveCount(5);
  await page.mouse.move(0, 0);
  await page.screenshot({ path: picture('sessions.png') });
});

test('the player as the README shows it', async ({ page, openSessions }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.setViewportSize({ width: 1080, height: 720 });
  await openSessions(playableApp(playbackOf(someSteps)));
  await rows(page).first().getByRole('button', { name: 'Open' }).click();
  await page.getByRole('option').filter({ hasText: '0:09.0' }).click();
  const seconds = () =>
    page.locator('video').evaluate((video: HTMLVideoElement) => (video.seeking ? 0 : video.currentTime));
  await expect.poll(seconds).toBeGreaterThan(8);
  await page.mouse.move(0, 0);
  await page.screenshot({ path: picture('player.png') });
});

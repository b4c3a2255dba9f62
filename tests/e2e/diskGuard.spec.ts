import { execFile } from 'node:child_process';
import { readFile, statfs } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { desktopOn, keepChanging } from './harness/desktop';
import { showSessions } from './harness/list';
import { onlySession, recordUntil, startRecording, unpack } from './harness/record';
import { mountSessionsDisk } from './harness/smallDisk';
import { expect, neverRetry, test } from './harness/test';

neverRetry();

const exec = promisify(execFile);
const MB = 1024 * 1024;
/** What the app keeps free beside the bundle. */
const RESERVE_BYTES = 256 * MB;

test('a disk that fills up: the recording warns, ends by itself with a reason, and its bundle fits', async ({
  display,
  launch,
  userDataDir,
}) => {
  const disk = await mountSessionsDisk(userDataDir, 900 * MB);
  const sessions = path.join(userDataDir, 'sessions');
  try {
    const desktop = desktopOn(display);
    const app = await launch();
    const toolbar = await startRecording(app);
    const stopMoving = keepChanging(desktop);
    await recordUntil(toolbar, 15);
    await expect(toolbar.getByText(/Disk full/)).toHaveCount(0);
    // Others take the room, but for about six minutes of this recording.
    const { folder } = await onlySession(userDataDir);
    const written = Number((await exec('du', ['-sb', folder])).stdout.split('\t')[0]);
    const bytesPerMinute = (written / 15) * 60;
    await leave(sessions, 'taken', RESERVE_BYTES + written + 2 * 6 * bytesPerMinute);
    await expect(toolbar.getByText(/Disk full in \d min/)).toBeVisible({ timeout: 30_000 });
    await expect(app.page.getByText(/room for about \d more minutes?/)).toHaveCount(1);
    await leave(sessions, 'more', RESERVE_BYTES + written + 1 * bytesPerMinute);
    await expect(app.page.getByText('The disk is nearly full, so the recording was stopped.')).toBeVisible({
      timeout: 60_000,
    });
    await stopMoving();
    const row = (await showSessions(app.page)).first();
    await expect(row.getByRole('button', { name: 'Upload', exact: true })).toBeEnabled({ timeout: 60_000 });
    await unpack(await readFile(path.join(folder, `${path.basename(folder)}.zip`)));
    await app.close();
  } finally {
    await disk.unmount();
  }
});

/** Takes room on a disk until about `bytes` are left. */
async function leave(folder: string, name: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  await exec('fallocate', ['-l', String(Math.round(bavail * bsize - bytes)), path.join(folder, `.${name}`)]);
}

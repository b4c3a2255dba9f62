import { existsSync } from 'node:fs';
import { readFile, symlink, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { actionsFileSchema, frameSchema, sessionHeaderSchema } from '../../src/shared/session';
import type { RunningApp } from './harness/app';
import { desktopOn, keepChanging, keepPointing } from './harness/desktop';
import { showSessions } from './harness/list';
import { onlySession, recordUntil, startRecording, unpack } from './harness/record';
import { mountSessionsDisk } from './harness/smallDisk';
import { expect, neverRetry, test } from './harness/test';

neverRetry();

const MB = 1024 * 1024;
/** What a full disk may cost, as after a crash. */
const MOST_LOST_S = 3;

test('a disk that becomes full while recording: told, kept up to that moment, exported once there is room', async ({
  display,
  launch,
  userDataDir,
}) => {
  const disk = await mountSessionsDisk(userDataDir, 512 * MB);
  try {
    const app = await launch();
    const toolbar = await startRecording(app);
    const stopMoving = keepChanging(desktopOn(display));
    const stopPointing = keepPointing(desktopOn(display));
    await recordUntil(toolbar, 8);
    const fullAtMs = Date.now();
    await disk.fill();
    await expectStopped(app);
    await Promise.all([stopMoving(), stopPointing()]);
    const row = (await showSessions(app.page)).first();
    await expect(row.getByText(/^Free \d+ MB and export again/)).toBeVisible();

    await disk.makeRoom();
    const content = await exportAgain(app, userDataDir);
    const { video, actions } = await endsOf(content, fullAtMs);
    expect(video, 'seconds of video lost').toBeLessThanOrEqual(MOST_LOST_S);
    expect(actions, 'seconds of actions lost').toBeLessThanOrEqual(MOST_LOST_S);
    await app.close();
  } finally {
    await disk.unmount();
  }
});

test('a link in the place of the next segment is not followed: the toolbar says so, and another Resume goes on', async ({
  launch,
  userDataDir,
}) => {
  const app = await launch();
  const toolbar = await startRecording(app);
  await recordUntil(toolbar, 3);
  await toolbar.getByRole('button', { name: 'Pause' }).click();
  const { folder } = await onlySession(userDataDir);
  const next = path.join(folder, 'video', '0002.mp4');
  const elsewhere = path.join(userDataDir, 'elsewhere');
  await writeFile(elsewhere, 'not ours');
  await symlink(elsewhere, next);
  await toolbar.getByRole('button', { name: 'Resume' }).click();
  await expect(toolbar.getByText('The video file “0002.mp4” could not be made.')).toBeVisible({
    timeout: 60_000,
  });
  await toolbar.getByRole('button', { name: 'Resume' }).click();
  await recordUntil(toolbar, 6);
  await toolbar.getByRole('button', { name: 'Stop' }).click();
  expect(await readFile(elsewhere, 'utf8')).toBe('not ours');
  await unlink(next);
  const content = await exportAgain(app, userDataDir);
  for (const segment of ['0001.mp4', '0003.mp4'])
    expect(existsSync(path.join(content, 'video', segment))).toBe(true);
  await app.close();
});

async function expectStopped({ page }: RunningApp): Promise<void> {
  const why = page.getByText(/^The disk is (nearly )?full, so the recording was stopped\.$/);
  await expect(why).toBeVisible({ timeout: 60_000 });
}

/** Makes the bundle as a person does, where the app has not made it by itself; answers what is in it. */
async function exportAgain({ page }: RunningApp, userDataDir: string): Promise<string> {
  const row = (await showSessions(page)).first();
  const upload = row.getByRole('button', { name: 'Upload', exact: true });
  const again = row.getByRole('button', { name: 'Export again', exact: true });
  await expect
    .poll(async () => (await again.isVisible()) || upload.isEnabled(), { timeout: 60_000 })
    .toBe(true);
  if (await again.isVisible()) await again.click();
  await expect(upload).toBeEnabled({ timeout: 60_000 });
  const { folder } = await onlySession(userDataDir);
  return unpack(await readFile(path.join(folder, `${path.basename(folder)}.zip`)));
}

/** How many seconds before `atMs` the bundle's video and its actions end. */
async function endsOf(content: string, atMs: number): Promise<{ video: number; actions: number }> {
  const read = (name: string) => readFile(path.join(content, name), 'utf8');
  const { clocks } = sessionHeaderSchema.parse(JSON.parse(await read('session.json')));
  const [clock] = clocks;
  const atUs = clock!.tUs + (atMs - clock!.utcMs) * 1000;
  const lastFrame = frameSchema.parse(JSON.parse((await read('frames.jsonl')).trim().split('\n').at(-1)!));
  const { actions } = actionsFileSchema.parse(JSON.parse(await read('actions.json')));
  const secondsBefore = (tUs: number) => (atUs - tUs) / 1e6;
  return { video: secondsBefore(lastFrame.tUs), actions: secondsBefore(actions.at(-1)!.tUs) };
}

import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Action, SessionHeader } from '../../src/shared/session';
import { makeExportedSession, type FixtureSession } from '../fixtures/exportedSession';
import type { RunningApp } from './harness/app';
import { desktopOn } from './harness/desktop';
import {
  clickTrayItem,
  closeMainWindow,
  closeToolbar,
  crashPage,
  pressStartStop,
  startSecond,
} from './harness/host';
import { expectStatus, sessionRows, showSessions } from './harness/list';
import { probeVideo } from './harness/media';
import { findToolbar, onlySession, recordUntil, startRecording, unpack } from './harness/record';
import { configure } from './harness/settings';
import { expect, neverRetry, test } from './harness/test';
import type { TestBucket } from './harness/testBucket';

const MiB = 1 << 20;

test('pause and resume: two segments that play, and nothing of the time between', async ({
  display,
  launch,
  userDataDir,
}) => {
  const desktop = desktopOn(display);
  const app = await launch();
  const toolbar = await startRecording(app);
  await desktop.click(300, 400);
  await toolbar.getByRole('button', { name: 'Pause' }).click();
  await expect(toolbar.getByRole('status')).toHaveText(/paused/i);
  await desktop.click(500, 500);
  await toolbar.getByRole('button', { name: 'Resume' }).click();
  await expect(toolbar.getByRole('button', { name: 'Pause' })).toBeEnabled();
  await recordUntil(toolbar, 2);
  await desktop.click(700, 600);
  await toolbar.getByRole('button', { name: 'Stop' }).click();
  await expectExported(sessionRows(app.page));

  const { sessionId, folder } = await onlySession(userDataDir);
  const content = await unpack(await readFile(path.join(folder, `${sessionId}.zip`)));
  const header = await readJson<SessionHeader>(path.join(content, 'session.json'));
  expect(header.video!.segments).toHaveLength(2);
  for (const segment of header.video!.segments)
    expect((await probeVideo(path.join(content, segment))).frames).toBeGreaterThan(2);
  const { actions } = await readJson<{ actions: Action[] }>(path.join(content, 'actions.json'));
  const presses = actions.filter((action) => action.type === 'press').map(({ x, y }) => [x, y]);
  expect(presses).toEqual([
    [300, 400],
    [700, 600],
  ]);
});

test('stop: from the main window, by the global shortcut and from the tray', async ({ display, launch }) => {
  const app = await launch();
  const { page } = app;
  await startRecording(app);
  await page.getByRole('button', { name: 'Stop' }).click();
  await expectExported(sessionRows(page), 1);

  await pressStartStop(app, display);
  await recordUntil(await findToolbar(app), 1);
  await pressStartStop(app, display);
  await expectExported(sessionRows(page), 2);

  test.skip(!process.env.ELECTRON_OVERRIDE_DIST_PATH, 'No test can reach the tray of real Electron.');
  expect(await clickTrayItem(app, 'Start recording')).toBe(true);
  await recordUntil(await findToolbar(app), 1);
  expect(await clickTrayItem(app, 'Stop')).toBe(true);
  await expectExported(sessionRows(page), 3);
});

test.describe('never repeated', () => {
  neverRetry();
  test('quit while recording: the recording is finished, and its bundle can be made after the next start', async ({
    launch,
    userDataDir,
  }) => {
    const first = await launch();
    await startRecording(first);
    await first.close();
    const { sessionId, folder } = await onlySession(userDataDir);

    const { page } = await launch();
    const rows = await showSessions(page);
    const exportButton = rows.getByRole('button', { name: /^Export/ });
    const upload = rows.getByRole('button', { name: 'Upload', exact: true });
    await expect(exportButton.or(upload).first()).toBeVisible();
    if (await exportButton.isVisible()) await exportButton.click();
    await expectExported(rows);
    const content = await unpack(await readFile(path.join(folder, `${sessionId}.zip`)));
    const header = await readJson<SessionHeader>(path.join(content, 'session.json'));
    expect(header.state).toBe('finished');
    const video = await probeVideo(path.join(content, header.video!.segments[0]!));
    expect(Math.abs(video.durationSeconds - header.durationUs! / 1e6)).toBeLessThan(0.5);
  });
});

test.describe('never repeated', () => {
  neverRetry();
  test('main window and toolbar crash while recording: both come back, and what was recorded is whole', async ({
    launch,
    userDataDir,
  }) => {
    const app = await launch();
    await startRecording(app);
    await crashPage(app, 'toolbar');
    await crashPage(app, 'main_window');
    await app.close();
    const { folder } = await onlySession(userDataDir);
    const header = await readJson<SessionHeader>(path.join(folder, 'session.json'));
    expect(header.state).toBe('finished');
    expect(header.durationUs).toBeGreaterThan(1_000_000);
  });
});

test('both windows closed while recording: the toolbar comes back, and stops it', async ({ launch }) => {
  const app = await launch();
  const toolbar = await startRecording(app);
  await closeMainWindow(app);
  await closeToolbar(app, toolbar);
  const again = await findToolbar(app);
  await recordUntil(again, 2);
  const reopened = app.electron.waitForEvent('window');
  await again.getByRole('button', { name: 'Stop' }).click();
  await expectExported(sessionRows(await reopened));
});

test('toolbar closed while the main window is minimised: it comes back', async ({ launch }) => {
  const app = await launch();
  await closeToolbar(app, await startRecording(app));
  const again = await findToolbar(app);
  await recordUntil(again, 2);
  await again.getByRole('button', { name: 'Stop' }).click();
  await expectExported(sessionRows(app.page));
});

test('main window closed while recording: it goes on, and stopping opens the list again', async ({
  launch,
}) => {
  const app = await launch();
  const toolbar = await startRecording(app);
  await closeMainWindow(app);
  await recordUntil(toolbar, 2);
  const reopened = app.electron.waitForEvent('window');
  await toolbar.getByRole('button', { name: 'Stop' }).click();
  await expectExported(sessionRows(await reopened));
});

test('main window closed during an upload: it goes on; a second start shows the first one’s window', async ({
  bucket,
  display,
  launch,
  userDataDir,
}) => {
  const session = await makeExportedSession(userDataDir, { sizeBytes: 12 * MiB });
  const app = await launch();
  await uploadSlowly(app, bucket);
  await closeMainWindow(app);
  const reopened = app.electron.waitForEvent('window');
  const second = await startSecond(app, userDataDir, display);
  expect(second.code).toBe(0);
  expect(second.printed).toContain('Session Recorder is already running; its window is shown.');
  const page = await reopened;
  bucket.setBytesPerSecond(null);
  await expectStatus((await showSessions(page)).first(), 'Uploaded');
  await closeMainWindow({ ...app, page });
  expect(await app.exited).toBe(0);
  expect((await bucket.readObject(keyOf(session)))?.length).toBe(session.sizeBytes);
});

test('a second start while the first one quits is told so, and opens no window', async ({
  display,
  launch,
  userDataDir,
}) => {
  const app = await launch();
  await app.electron.evaluate(({ app: quitting }) => {
    const held = globalThis as { mayQuit?: boolean };
    quitting.on('will-quit', (event) => !held.mayQuit && event.preventDefault());
    quitting.quit();
  });
  const told = 'Session Recorder is quitting. Start it again once it has finished its work.';
  await expect(async () => {
    expect((await startSecond(app, userDataDir, display)).printed).toContain(told);
  }).toPass();
  const windows = await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);
  expect(windows).toBe(0);
  await app.electron.evaluate(({ app: quitting }) => {
    (globalThis as { mayQuit?: boolean }).mayQuit = true;
    quitting.quit();
  });
  expect(await app.exited).toBe(0);
  const again = await launch();
  expect((await startSecond(again, userDataDir, display)).printed).toContain('its window is shown.');
});

test('main window closed during an upload: the app quits by itself once it is done', async ({
  bucket,
  launch,
  userDataDir,
}) => {
  const session = await makeExportedSession(userDataDir, { sizeBytes: 12 * MiB });
  const app = await launch();
  await uploadSlowly(app, bucket);
  await closeMainWindow(app);
  bucket.setBytesPerSecond(6 * MiB);
  expect(await app.exited).toBe(0);
  expect((await bucket.readObject(keyOf(session)))?.length).toBe(session.sizeBytes);
  const { page } = await launch();
  await expectStatus((await showSessions(page)).first(), 'Uploaded');
});

test('as on macOS the app stays without a window', async ({ display, launch, userDataDir }) => {
  test.skip(
    !process.env.ELECTRON_OVERRIDE_DIST_PATH,
    'Only the Chromium shell stands in for another system.',
  );
  const app = await launch([], { SHELL_AS: 'darwin', SHELL_WITH: 'granted' });
  await closeMainWindow(app);
  const reopened = app.electron.waitForEvent('window');
  expect((await startSecond(app, userDataDir, display)).printed).toContain('already running');
  await showSessions(await reopened);
});

test('delete: asks, keeps, and after a deliberate yes the files are gone', async ({
  launch,
  userDataDir,
}) => {
  const session = await makeExportedSession(userDataDir, { sizeBytes: 1000 });
  const { page } = await launch();
  const rows = await showSessions(page);
  const dialog = page.getByRole('alertdialog');
  await rows.getByRole('button', { name: 'Delete' }).click();
  await expect(dialog.getByRole('button', { name: 'Delete' })).toBeDisabled();
  await dialog.getByRole('button', { name: 'Keep it' }).click();
  await expect(dialog).toBeHidden();
  expect(existsSync(session.bundle)).toBe(true);

  await rows.getByRole('button', { name: 'Delete' }).click();
  await dialog.getByRole('checkbox').check();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(rows).toHaveCount(0);
  expect(existsSync(session.folder)).toBe(false);
});

test('export: one that failed leaves nothing half, and can be repeated', async ({ launch, userDataDir }) => {
  const app = await launch();
  const toolbar = await startRecording(app);
  const { sessionId, folder } = await onlySession(userDataDir);
  const bundle = path.join(folder, `${sessionId}.zip`);
  await mkdir(path.join(bundle, 'in-the-way'), { recursive: true });
  await toolbar.getByRole('button', { name: 'Stop' }).click();
  const rows = sessionRows(app.page);
  await expect(rows.getByText(/should be a file, but is a folder\. No bundle was made\./)).toBeVisible();
  expect(existsSync(path.join(folder, '.exported'))).toBe(false);

  await rm(bundle, { recursive: true });
  await rows.getByRole('button', { name: 'Export again' }).click();
  await expectExported(rows);
  await unpack(await readFile(bundle));
});

const keyOf = ({ sessionId }: FixtureSession) => `sessions/${sessionId}/${sessionId}.zip`;

/** Resolves when parts are on their way, so slowly that the upload lasts until the bucket takes them faster. */
async function uploadSlowly(app: RunningApp, bucket: TestBucket): Promise<void> {
  bucket.setBytesPerSecond(MiB / 8);
  await configure(app.page, bucket);
  await (await showSessions(app.page)).getByRole('button', { name: 'Upload', exact: true }).click();
  await expect.poll(() => bucket.log.of('UploadPart').length).toBeGreaterThan(0);
}

/** The list has `count` rows and the newest can be uploaded. */
async function expectExported(rows: ReturnType<typeof sessionRows>, count = 1): Promise<void> {
  await expect(rows).toHaveCount(count, { timeout: 30_000 });
  await expect(rows.first().getByRole('button', { name: 'Upload', exact: true })).toBeEnabled({
    timeout: 30_000,
  });
}

async function readJson<T>(file: string): Promise<T> {
  return JSON.parse(await readFile(file, 'utf8')) as T;
}

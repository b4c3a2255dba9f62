import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { validateBundle } from '../../../bundle-validator/validateBundle';
import type { RunningApp } from './app';
import { showSessions } from './list';

const exec = promisify(execFile);

/** Starts recording the whole screen from the main window; answers the toolbar's page once frames are arriving. */
export async function startRecording(app: RunningApp): Promise<Page> {
  await app.page.getByRole('button', { name: 'Record', exact: true }).click();
  await app.page.getByRole('button', { name: 'Start recording' }).click();
  const toolbar = await findToolbar(app);
  // At least: on a busy machine the first second may be over before anybody looks.
  await recordUntil(toolbar, 1);
  return toolbar;
}

/** Stops from the toolbar; answers the new session's row once its bundle is made. */
export async function stopAndExport({ page }: RunningApp, toolbar: Page, timeout = 60_000): Promise<Locator> {
  await toolbar.getByRole('button', { name: 'Stop' }).click();
  const row = (await showSessions(page)).first();
  await expect(row.getByRole('button', { name: 'Upload', exact: true })).toBeEnabled({ timeout });
  return row;
}

/** The toolbar's page, as soon as it can be used. */
export async function findToolbar({ electron }: RunningApp): Promise<Page> {
  // A window is announced before its page is loaded, so its address is waited for.
  const find = () => electron.windows().find((window) => window.url().includes('/toolbar/'));
  await expect.poll(() => find() !== undefined, { timeout: 30_000 }).toBe(true);
  const toolbar = find()!;
  await expect(toolbar.getByRole('button', { name: 'Stop' })).toBeVisible();
  return toolbar;
}

/** Waits until the toolbar shows at least `seconds` of recording. */
export async function recordUntil(toolbar: Page, seconds: number): Promise<void> {
  await expect
    .poll(async () => secondsShown(await toolbar.locator('body').innerText()), {
      timeout: (seconds + 30) * 1000,
    })
    .toBeGreaterThanOrEqual(seconds);
}

/** Lets at least a second be recorded from now on, so that what has just happened on screen is seen. */
export async function recordOn(toolbar: Page): Promise<void> {
  await recordUntil(toolbar, secondsShown(await toolbar.locator('body').innerText()) + 2);
}

function secondsShown(text: string): number {
  const shown = /(?:(\d+):)?(\d+):(\d\d)/.exec(text);
  return shown ? Number(shown[1] ?? 0) * 3600 + Number(shown[2]) * 60 + Number(shown[3]) : -1;
}

/** The one session folder below `userDataDir`. */
export async function onlySession(userDataDir: string): Promise<{ sessionId: string; folder: string }> {
  const ids = await readdir(path.join(userDataDir, 'sessions'));
  expect(ids).toHaveLength(1);
  return { sessionId: ids[0]!, folder: path.join(userDataDir, 'sessions', ids[0]!) };
}

/** Unpacks a bundle that follows the format in every point, with the system's unzip, which checks every CRC too. */
export async function unpack(bundle: Buffer): Promise<string> {
  const folder = test.info().outputPath(`bundle-${randomUUID()}`);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'bundle.zip'), bundle);
  expect((await validateBundle(path.join(folder, 'bundle.zip'))).problems).toEqual([]);
  await exec('unzip', ['-q', 'bundle.zip', '-d', 'content'], { cwd: folder });
  return path.join(folder, 'content');
}

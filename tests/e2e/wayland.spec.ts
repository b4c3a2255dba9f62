import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { RunningApp } from './harness/app';
import { findToolbar, recordUntil, stopAndExport } from './harness/record';
import { expect, test } from './harness/test';

/** The shell as a Wayland session; real Electron shows the system that it runs on. */
const wayland = (conditions = '') => ({ SHELL_AS: 'linux-wayland', SHELL_WITH: conditions });

type Hooks = { portalDialogs(): number };

const dialogs = ({ electron }: RunningApp) =>
  electron.evaluate(() =>
    (globalThis as unknown as { __chromiumShell: Hooks }).__chromiumShell.portalDialogs(),
  );

/** Which of our windows can be seen, by their addresses. */
const shown = ({ electron }: RunningApp) =>
  electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()
      .filter((window) => window.isVisible())
      .map((window) => /\/(\w+)\/(index.html)?$/.exec(window.webContents.getURL())![1])
      .toSorted(),
  );

test('on Wayland one dialog asks what to record, and the main window is out of the way until the stop', async ({
  launch,
}) => {
  const app = await launch([], wayland());
  await app.page.getByRole('button', { name: 'Record', exact: true }).click();
  await expect(app.page.getByText('These shortcuts were asked for.')).toBeVisible();
  await app.page.getByRole('button', { name: 'Start recording' }).click();
  const toolbar = await findToolbar(app);
  await recordUntil(toolbar, 1);
  expect(await dialogs(app)).toBe(1);
  await expect.poll(() => shown(app)).toEqual(['toolbar']);
  await stopAndExport(app, toolbar);
  await expect.poll(() => shown(app)).toEqual(['main_window']);
});

test('a closed dialog of the portal is a choice: said in a sentence, and not put up again', async ({
  launch,
  userDataDir,
}) => {
  const app = await launch([], wayland('portal-refused'));
  await app.page.getByRole('button', { name: 'Record', exact: true }).click();
  await app.page.getByRole('button', { name: 'Start recording' }).click();
  await expect(app.page.getByText('No screen or window was chosen')).toBeVisible({ timeout: 30_000 });
  await expect(app.page.getByText('please report it')).toHaveCount(0);
  expect(await dialogs(app)).toBe(1);
  await expect.poll(() => shown(app)).toEqual(['main_window']);
  expect(await readdir(path.join(userDataDir, 'sessions'))).toEqual([]);
});

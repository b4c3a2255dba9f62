import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, type Page } from '@playwright/test';
import { rootArgs, type RunningApp } from './app';
import { desktopOn } from './desktop';

/** What the Chromium shell leaves for tests in its main process; absent in Electron. */
type ShellHooks = { pressShortcut(accelerator: string): boolean; clickTrayItem(label: string): boolean };
type MainGlobals = { __chromiumShell?: ShellHooks };

/** Presses Ctrl+Shift+F9, the shortcut that starts and stops: where a real hook listens, on the display. */
export async function pressStartStop(app: RunningApp, display: string): Promise<void> {
  await pressShortcut(app, display, { accelerator: 'CommandOrControl+Shift+F9', keys: 'ctrl+shift+F9' });
}

/** Presses a global shortcut: where a real hook listens, on the display. `keys` as xdotool names them. */
export async function pressShortcut(
  { electron }: RunningApp,
  display: string,
  { accelerator, keys }: { accelerator: string; keys: string },
): Promise<void> {
  const pressed = await electron.evaluate(
    (_electron, name) => (globalThis as MainGlobals).__chromiumShell?.pressShortcut(name),
    accelerator,
  );
  if (pressed === undefined) await desktopOn(display).key(keys);
}

/** Clicks an item of the tray's menu; false where there is no such item, and in Electron, whose tray no test can reach. */
export async function clickTrayItem({ electron }: RunningApp, label: string): Promise<boolean> {
  return electron.evaluate(
    (_electron, item) => (globalThis as MainGlobals).__chromiumShell?.clickTrayItem(item) ?? false,
    label,
  );
}

/** Closes the main window as its title bar's button does. */
export function closeMainWindow(app: RunningApp): Promise<void> {
  return closeWindow(app, app.page, '/main_window/');
}

export function closeToolbar(app: RunningApp, toolbar: Page): Promise<void> {
  return closeWindow(app, toolbar, '/toolbar/');
}

async function closeWindow({ electron }: RunningApp, page: Page, address: string): Promise<void> {
  const closed = page.waitForEvent('close');
  await electron.evaluate(({ BrowserWindow }, part) => {
    BrowserWindow.getAllWindows()
      .find((window) => window.webContents.getURL().includes(part))!
      .close();
  }, address);
  await closed;
}

/** Makes the hidden capture page busy for ever: its process lives and does nothing. */
export async function hangCapture({ electron }: RunningApp): Promise<void> {
  await electron.evaluate(({ BrowserWindow }) => {
    const { webContents } = BrowserWindow.getAllWindows().find((window) =>
      window.webContents.getURL().includes('/capture/'),
    )!;
    // Never answered.
    webContents.executeJavaScript('for (;;);').catch(() => undefined);
  });
}

/** Ends the process of one of our pages, as a crash does; resolves when the window shows that page anew. */
export async function crashPage({ electron }: RunningApp, page: 'main_window' | 'toolbar'): Promise<void> {
  const look = () =>
    electron.evaluate(async ({ BrowserWindow }, name) => {
      const { webContents } = BrowserWindow.getAllWindows().find((window) =>
        window.webContents.getURL().includes(`/${name}/`),
      )!;
      const count = 'document.querySelectorAll("button").length';
      const buttons = (await webContents.executeJavaScript(count).catch(() => 0)) as number;
      return { pid: webContents.getOSProcessId(), buttons };
    }, page);
  const { pid } = await look();
  process.kill(pid, 'SIGKILL');
  await expect
    .poll(async () => {
      const now = await look();
      return now.pid !== pid && now.buttons > 0;
    })
    .toBe(true);
}

/** Starts the app once more on the same data folder: its exit code and words. */
export async function startSecond(
  first: RunningApp,
  userDataDir: string,
  display: string,
  more: string[] = [],
) {
  const args = ['.', `--user-data-dir=${userDataDir}`, ...rootArgs(), ...more];
  const env = { ...process.env, DISPLAY: display };
  const second = spawn(first.binary, args, { stdio: ['ignore', 'pipe', 'ignore'], env });
  const [printed, [code]] = await Promise.all([text(second.stdout), once(second, 'exit')]);
  return { code: code as number | null, printed };
}

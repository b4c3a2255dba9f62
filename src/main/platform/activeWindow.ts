import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { app, systemPreferences } from 'electron';
import type { Result } from 'get-windows';
import type { Capability } from '../../shared/session';
import type { ActiveWindow } from '../platformPort';
import type { Logger } from '../../shared/runtime';
import { windowPixels } from './displays';
import { isWayland } from './wayland';
import { activeTitle, tellsActiveWindow } from './x11Window';

const name = 'active-window';

/** The window with keyboard focus, from get-windows. It runs X11 programs on Linux and its own program on macOS. */
export function makeActiveWindow(log: Logger): () => Promise<ActiveWindow> {
  let isTold = false;
  return async () => {
    try {
      const found = await ask();
      if (found === undefined) return { kind: 'unknown' };
      if (isOwnProcess(found.owner.processId)) return { kind: 'own' };
      const title = found.title || (await missingTitle());
      return { kind: 'window', app: found.owner.name, title, bounds: windowPixels(found.bounds) };
    } catch (error) {
      // No focused window, or a window without a process: retried soon, logged once.
      if (!isTold) log.info('the active window is not known', { error: String(error) });
      isTold = true;
      return { kind: 'unknown' };
    }
  };
}

/** Any process of the app: which process owns the windows depends on the platform. */
function isOwnProcess(processId: number): boolean {
  return app.getAppMetrics().some(({ pid }) => pid === processId);
}

/** After one success, a failure means that the system is busy, so the window exclusions stay in force. */
let hasTold = false;

/** Whether this system can report which window has keyboard focus. */
export async function activeWindowCapability(): Promise<Capability> {
  const why = hasTold ? undefined : await whyNot();
  hasTold = why === undefined;
  return why === undefined ? { name, available: true } : { name, available: false, why };
}

async function whyNot(): Promise<string | undefined> {
  try {
    if (process.platform === 'linux') return await whyNotOnLinux();
    if (process.platform === 'darwin' && systemPreferences.getMediaAccessStatus('screen') !== 'granted')
      return 'macOS tells window titles only to apps that may record the screen.';
    if ((await ask()) === undefined) return 'This system did not tell which window is active.';
    return undefined;
  } catch {
    return 'The part of the app that reads the active window is missing on this system.';
  }
}

async function whyNotOnLinux(): Promise<string | undefined> {
  if (isWayland(process.env)) return 'Wayland does not tell apps which window is active.';
  const missing = (await Promise.all(['xprop', 'xwininfo'].map(missingProgram))).filter(Boolean);
  if (missing.length > 0)
    return `${missing.join(' and ')} must be installed (on Debian and Ubuntu: apt install x11-utils).`;
  await import('get-windows');
  return (await tellsActiveWindow()) ? undefined : 'This desktop does not tell which window is active.';
}

async function missingProgram(program: string): Promise<string | undefined> {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  const found = folders.map((folder) => access(path.join(folder, program), constants.X_OK));
  return Promise.any(found).then(
    () => undefined,
    () => program,
  );
}

async function ask(): Promise<Result | undefined> {
  const { activeWindow } = await import('get-windows');
  // Neither option may make the system prompt. Without permission to record the screen there are no titles.
  return activeWindow({ accessibilityPermission: false, screenRecordingPermission: true });
}

/** get-windows drops a title that contains an equals sign; an exclusion by title must still match it. */
async function missingTitle(): Promise<string> {
  return process.platform === 'linux' ? activeTitle() : '';
}

import type Electron from 'electron';
import { setTimeout as delay } from 'node:timers/promises';
import { guardObject } from '../notImplemented.ts';
import { ShellBrowserWindow } from '../window/browserWindow.ts';
import type { ShellWebContents } from '../window/webContents.ts';

const PATIENCE_MS = 3000;

let text = '';
let lastWrite: Promise<void> = Promise.resolve();

const hung = () => delay(PATIENCE_MS, 'a page did not answer', { ref: false });

function pages(): ShellWebContents[] {
  return ShellBrowserWindow.getAllWindows()
    .map(({ webContents }) => webContents as unknown as ShellWebContents)
    .filter(({ isReady }) => isReady);
}

/** In Chromium only a page can write to the system's clipboard: uses the first page of the app that can. */
async function toSystem(written: string): Promise<void> {
  let failure: unknown = 'no page was there that could';
  for (const page of pages()) {
    const copied = page.copyText(written).then(() => null);
    // A page that hangs must not block the next one.
    failure = await Promise.race([copied, hung()]).catch((error: unknown) => error);
    if (failure === null) return;
  }
  throw new Error(`Chromium shell: text was not put on the clipboard: ${String(failure)}`);
}

const members: Pick<Electron.Clipboard, 'readText' | 'writeText'> = {
  readText: async () => text,
  writeText(written) {
    text = written;
    const writing = lastWrite.then(() => toSystem(written)); // in the order of the calls
    lastWrite = writing.catch(() => undefined);
    return writing;
  },
};

/** `readText` returns the app's own last text, even if another program has changed the clipboard since. */
export const clipboard = guardObject(members, 'clipboard', { selection: ['linux'] });

import { inBackground } from '../chromium/inBackground.ts';
import { guardObject } from '../notImplemented.ts';
import { ShellBrowserWindow } from '../window/browserWindow.ts';
import type { ShellWebContents } from '../window/webContents.ts';

let text = '';

/** Chromium lets nobody but a page write to the system's clipboard, so one of the app's does it. */
async function toSystem(written: string): Promise<void> {
  const pages = ShellBrowserWindow.getAllWindows().map(
    ({ webContents }) => webContents as unknown as ShellWebContents,
  );
  const page = pages.find(({ hasCrashed, isBusy }) => !hasCrashed && !isBusy);
  if (!page) throw new Error('No page is there to put text on the clipboard.');
  await page.copyText(written);
}

function write(written: string): void {
  text = written;
  inBackground(toSystem(written));
}

/** `readText` gives what the app itself wrote last, whatever other programs have put on the clipboard since. */
export const clipboard = guardObject(
  { readText: (): string => text, writeText: write, clear: (): void => write('') },
  'clipboard',
);

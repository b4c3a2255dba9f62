import type Electron from 'electron';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { findOnPath } from '../chromium/findChromium.ts';
import { guardObject } from '../notImplemented.ts';
import { windowManager } from '../x11/windowManager.ts';
import { shellLog, type ShellLogEntry } from './testHooks.ts';

/** On a display without a user's desktop (the shell runs its own window manager there) calls are only logged. */
function open(call: ShellLogEntry['call'], argument: string, opened = argument): void {
  shellLog.push({ call, argument });
  if (windowManager.isOwn || windowManager.hasAttic) return;
  const opener = findOnPath('xdg-open');
  if (!opener) {
    process.stderr.write(`Chromium shell: nothing can open ${opened}; install xdg-utils.\n`);
    return;
  }
  spawn(opener, [opened], { stdio: 'ignore', detached: true }).unref();
}

const members: Pick<Electron.Shell, 'openExternal' | 'openPath' | 'showItemInFolder' | 'beep'> = {
  openExternal: async (url) => open('openExternal', url),
  openPath: async (file) => {
    open('openPath', file);
    return '';
  },
  showItemInFolder: (file) => open('showItemInFolder', file, path.dirname(file)),
  beep: () => void shellLog.push({ call: 'beep', argument: '' }),
};

export const shell = guardObject(members, 'shell');

import type Electron from 'electron';
import { guardObject } from '../notImplemented.ts';
import { isWayland } from '../system.ts';

const shortcuts = new Map<string, () => void>();

/** CmdOrCtrl and CommandOrControl name the same key. */
function normalized(accelerator: string): string {
  return accelerator.toLowerCase().replace(/commandorcontrol|cmdorctrl|ctrl/g, 'control');
}

type Implemented = Pick<
  Electron.GlobalShortcut,
  'register' | 'unregister' | 'unregisterAll' | 'isRegistered'
>;

const members: Implemented = {
  register(accelerator, callback) {
    const name = normalized(accelerator);
    if (!shortcuts.has(name)) shortcuts.set(name, callback);
    // Through the desktop portal Electron returns before the user was asked.
    return isWayland;
  },
  unregister: (accelerator) => void shortcuts.delete(normalized(accelerator)),
  unregisterAll: () => shortcuts.clear(),
  isRegistered: (accelerator) => isWayland && shortcuts.has(normalized(accelerator)),
};

/** Does not grab the keyboard: registers no shortcuts with the system and keeps them for tests. */
export const globalShortcut = guardObject(members, 'globalShortcut');

/** For tests: false if the shortcut is not registered. */
export function pressShortcut(accelerator: string): boolean {
  const callback = shortcuts.get(normalized(accelerator));
  callback?.();
  return callback !== undefined;
}

import fs from 'node:fs';
import path from 'node:path';
import type { App } from 'electron';
import type { Logger } from '../../shared/runtime';

const NAME = 'quitting';

/**
 * A file in the data folder that tells a second start that the first instance is quitting and can show no window.
 * Electron passes data from the second instance to the first only, never back.
 */
export type QuitMark = { readonly isSet: boolean };

/** For the first instance: sets the mark when the app begins to quit and removes it when the app exits. */
export function keepQuitMark(app: Pick<App, 'on' | 'getPath'>, log: Pick<Logger, 'warn'>): QuitMark {
  const file = path.join(app.getPath('userData'), NAME);
  let isSet = false;
  const attempt = (change: () => void) => {
    try {
      change();
    } catch (error) {
      // Without the mark a second start prints the wrong message; nothing else depends on it.
      log.warn('the mark of quitting was not changed', { error: String(error) });
    }
  };
  // The last run may have been killed while it quit.
  attempt(() => fs.rmSync(file, { force: true }));
  app.on('before-quit', () => {
    isSet = true;
    attempt(() => fs.writeFileSync(file, '', { mode: 0o600 }));
  });
  app.on('quit', () => attempt(() => fs.rmSync(file, { force: true })));
  return {
    get isSet() {
      return isSet;
    },
  };
}

/** For a second start: whether the first instance is quitting. */
export function isQuitMarkSet(userData: string): boolean {
  return fs.existsSync(path.join(userData, NAME));
}

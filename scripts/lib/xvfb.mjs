import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const MANAGER_STARTS_MS = 10_000;

/**
 * Starts a private X display that ends with this process, even after a kill (and so do the programs with windows on
 * it); never the user's own desktop.
 * @returns `{ display, stop }`, e.g. display ':99'
 */
export async function startXvfb({ width = 1600, height = 900 } = {}) {
  const screen = ['-screen', '0', `${width}x${height}x24`];
  const server = ['Xvfb', '-displayfd', '3', ...screen, '-nolisten', 'tcp', '-noreset'];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...server], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const stop = () => void child.kill();
  process.once('exit', stop);
  const failed = new Promise((_resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)));
  });
  failed.catch(() => undefined);
  const number = new Promise((resolve) => createInterface({ input: child.stdio[3] }).once('line', resolve));
  const display = `:${await Promise.race([number, failed])}`;
  return { display, stop };
}

/**
 * A private X display like a user's: with a window manager if the app runs in Electron. The Chromium shell starts its
 * own, with rules for its own windows.
 */
export async function startDesktop(size, inElectron = !process.env.ELECTRON_OVERRIDE_DIST_PATH) {
  const { display, stop } = await startXvfb(size);
  try {
    if (inElectron) await startOpenbox(display);
  } catch (error) {
    stop();
    throw error;
  }
  return { display, stop };
}

/** Resolves when it manages windows. It ends with this process, and with its display. */
async function startOpenbox(display) {
  const env = { ...process.env, DISPLAY: display };
  const openbox = spawn('setpriv', ['--pdeathsig', 'KILL', '--', 'openbox', '--sm-disable'], {
    env,
    stdio: 'ignore',
  });
  openbox.unref();
  let failure;
  openbox.once('error', (error) => (failure = error));
  openbox.once('exit', (code) => (failure = new Error(`openbox ended with ${code}`)));
  const givesUpAt = performance.now() + MANAGER_STARTS_MS;
  for (;;) {
    const { stdout } = await run('xprop', ['-root', '_NET_SUPPORTING_WM_CHECK'], { env });
    if (stdout.includes('window id #')) return;
    if (failure) throw failure;
    if (performance.now() > givesUpAt) throw new Error('openbox does not manage windows');
    await wait(20);
  }
}

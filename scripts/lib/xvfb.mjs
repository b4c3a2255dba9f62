import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * A private X display that goes with this process, even when that is killed (and whatever shows windows on it follows);
 * never the person's own desktop.
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

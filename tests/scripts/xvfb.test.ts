import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { startDesktop } from '../../scripts/lib/xvfb.mjs';
import { eventually } from '../eventually';

it.runIf(process.platform === 'linux')(
  'a private display goes with its starter, even on kill -9',
  async () => {
    const module = path.resolve('scripts/lib/xvfb.mjs');
    const code = `const { startXvfb } = await import(${JSON.stringify(module)}); console.log((await startXvfb()).display);`;
    const starter = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [display] = (await once(createInterface({ input: starter.stdout }), 'line')) as [string];
    const socket = `/tmp/.X11-unix/X${display.slice(1)}`;
    expect(existsSync(socket)).toBe(true);
    starter.kill('SIGKILL');
    await once(starter, 'exit');
    await eventually(() => expect(lockHolderLives(display)).toBe(false), 10_000);
  },
);

it.runIf(process.platform === 'linux')(
  'a desktop for Electron has a window manager from the start',
  async () => {
    const windowManager = async (inElectron: boolean) => {
      const { display, stop } = await startDesktop(undefined, inElectron);
      onTestFinished(stop);
      const env = { ...process.env, DISPLAY: display };
      const { stdout } = await promisify(execFile)('xprop', ['-root', '_NET_SUPPORTING_WM_CHECK'], { env });
      return stdout.includes('window id #');
    };
    expect(await windowManager(true)).toBe(true);
    expect(await windowManager(false)).toBe(false);
  },
);

/** A killed server leaves its lock file; what counts is whether the process in it lives. */
function lockHolderLives(display: string): boolean {
  const lock = `/tmp/.X${display.slice(1)}-lock`;
  if (!existsSync(lock)) return false;
  const status = `/proc/${readFileSync(lock, 'utf8').trim()}/status`;
  return existsSync(status) && !/^State:\s+Z/m.test(readFileSync(status, 'utf8'));
}

import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from '@playwright/test';

const exec = promisify(execFile);

/** A window of another program on a private display, with what programs say of themselves: title, class and process. */
export async function openOtherWindow(display: string, { title, app }: { title: string; app: string }) {
  const env = { ...process.env, DISPLAY: display };
  const child = spawn('xev', ['-geometry', '300x200+40+500', '-name', title], { stdio: 'ignore', env });
  const x = async (program: string, ...args: string[]) => (await exec(program, args, { env })).stdout.trim();
  let id = '';
  await expect
    .poll(async () => {
      id = await x('xdotool', 'search', '--onlyvisible', '--name', title).catch(() => '');
      return id;
    })
    .toMatch(/^\d+/);
  id = id.split('\n')[0]!;
  const set = (name: string, format: string, value: string) =>
    x('xprop', '-id', id, '-f', name, format, '-set', name, value);
  await set('_NET_WM_PID', '32c', String(child.pid));
  await set('WM_CLASS', '8s', app);
  return {
    /** Gives it the keyboard; resolves when it has it. */
    async activate(): Promise<void> {
      await x('xdotool', 'windowactivate', '--sync', id);
      await expect.poll(() => x('xdotool', 'getactivewindow')).toBe(id);
    },
    close: () => void child.kill(),
  };
}

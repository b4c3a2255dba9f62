import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from '@playwright/test';

const exec = promisify(execFile);

export type CapturedWindow = {
  /** Gives its content another size. */
  resize(width: number, height: number): Promise<void>;
  /** Paints over it, so that there are new frames. */
  stir(): Promise<void>;
  close(): void;
};

/** A window of another program that shows where the pointer is. `geometry` as X11 writes it: 640x480+40+40. */
export async function openWindow(
  display: string,
  { title, geometry }: { title: string; geometry: string },
): Promise<CapturedWindow> {
  const env = { ...process.env, DISPLAY: display };
  const child = spawn('xev', ['-geometry', geometry, '-name', title], { stdio: 'ignore', env });
  const xdotool = async (...args: (string | number)[]) =>
    (await exec('xdotool', args.map(String), { env })).stdout.trim();
  let id = '';
  await expect
    .poll(async () => {
      id = await xdotool('search', '--onlyvisible', '--name', `^${title}$`).catch(() => '');
      return id;
    })
    .toMatch(/^\d+$/);
  let turn = 0;
  return {
    resize: async (width, height) => void (await xdotool('windowsize', id, width, height)),
    async stir() {
      turn += 1;
      await xdotool('mousemove', '--window', id, 20 + (turn % 2) * 40, 20);
    },
    close: () => void child.kill(),
  };
}

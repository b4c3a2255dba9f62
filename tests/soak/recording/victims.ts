import { readdir, readFile } from 'node:fs/promises';
import type { RunningApp } from '../../e2e/harness/app';

export const victims = ['main', 'capture', 'input'] as const;
export type Victim = (typeof victims)[number];

/** The process id of one of a recording's three processes. */
export async function findVictim(app: RunningApp, victim: Victim): Promise<number> {
  switch (victim) {
    case 'main':
      return app.electron.process().pid!;
    case 'capture':
      return app.electron.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()
          .find((window) => window.webContents.getURL().includes('/capture/'))!
          .webContents.getOSProcessId(),
      );
    case 'input':
      return inputProcessOf(await app.electron.evaluate(() => process.pid));
  }
}

/** In the Chromium shell its command line names the script, in Electron the service that runs it. */
async function inputProcessOf(main: number): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  for (const pid of pids) {
    const command = await procText(pid, 'cmdline');
    const isInput = command.includes('inputHost.js') || command.includes('node.mojom.NodeService');
    if (isInput && (await descendsFrom(pid, main))) return pid;
  }
  throw new Error('no input process');
}

async function descendsFrom(pid: number, ancestor: number): Promise<boolean> {
  for (let at = pid; at > 1; at = await parentOf(at)) if (at === ancestor) return true;
  return false;
}

async function parentOf(pid: number): Promise<number> {
  // The name before it is in brackets and may hold anything.
  const stat = await procText(pid, 'stat');
  const [, parent] = /^\S+ (\d+)/.exec(stat.slice(stat.lastIndexOf(')') + 2)) ?? [];
  return Number(parent ?? 0);
}

/** Empty where the process has gone. */
async function procText(pid: number, name: string): Promise<string> {
  try {
    return await readFile(`/proc/${pid}/${name}`, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

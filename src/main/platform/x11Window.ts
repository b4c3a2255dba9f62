import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs xprop with UTF-8 titles. Rejects if xprop is missing or there is no display. */
async function xprop(...args: string[]): Promise<string> {
  const env = { ...process.env, LC_ALL: 'C.UTF-8' };
  return (await run('xprop', args, { env, timeout: 2000 })).stdout;
}

/** Whether a window manager reports the active window (EWMH, `_NET_ACTIVE_WINDOW`). */
export async function tellsActiveWindow(): Promise<boolean> {
  return /window id #/.test(await xprop('-root', '_NET_ACTIVE_WINDOW'));
}

/** The active window's title; empty if it has none. */
export async function activeTitle(): Promise<string> {
  const [id] = /0x[0-9a-f]+/.exec(await xprop('-root', '_NET_ACTIVE_WINDOW')) ?? [];
  if (id === undefined) return '';
  const lines = (await xprop('-id', id, '-notype', '_NET_WM_NAME', 'WM_NAME')).split('\n');
  const [title] = lines.flatMap((line) => titleIn(line));
  return title ?? '';
}

/** The title in a line like `WM_NAME = "a \"title\""`. */
function titleIn(line: string): string[] {
  const quoted = /^\w+ = "(.*)"$/.exec(line)?.[1];
  return quoted === undefined ? [] : [quoted.replaceAll(/\\(["\\])/g, '$1')];
}

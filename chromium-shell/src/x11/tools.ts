import { execFile, spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { promisify } from 'node:util';
import { findOnPath } from '../chromium/findChromium.ts';

const run = promisify(execFile);

const packageOfTool: Record<string, string> = {
  xdotool: 'xdotool',
  wmctrl: 'wmctrl',
  xprop: 'x11-utils',
  xev: 'x11-utils',
  xwininfo: 'x11-utils',
  xdpyinfo: 'x11-utils',
  setpriv: 'util-linux',
};

/** One sentence with the apt packages of the missing tools; undefined if all are installed. */
export function missingToolsSentence(needsWindowManager: boolean): string | undefined {
  const wanted = { ...packageOfTool, ...(needsWindowManager ? { openbox: 'openbox' } : {}) };
  const missing = Object.entries(wanted).filter(([tool]) => !findOnPath(tool));
  if (missing.length === 0) return undefined;
  const packages = [...new Set(missing.map(([, name]) => name))];
  return `The Chromium shell lacks ${missing.map(([tool]) => tool).join(', ')}: run "sudo apt-get install ${packages.join(' ')}".`;
}

/** The tool's trimmed output; rejects when it fails. */
export async function runTool(tool: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(tool, args);
  return stdout.trim();
}

/** Starts a helper that the kernel ends together with this process, even after a kill. */
export function spawnBound(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  // Its own process group, so that a terminal's Ctrl+C reaches only the shell, which then quits cleanly.
  return spawn('setpriv', ['--pdeathsig', 'KILL', '--', command, ...args], { ...options, detached: true });
}

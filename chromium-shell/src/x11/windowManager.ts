import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isWith } from '../system.ts';
import { missingToolsSentence, runTool, spawnBound } from './tools.ts';

const configFile = path.join(import.meta.dirname, '..', '..', 'assets', 'openbox.xml');
const mark = '_CHROMIUM_SHELL_WINDOW_MANAGER';
const startPatienceMs = 5000;

function rootProperty(name: string): string {
  return execFileSync('xprop', ['-root', name], { encoding: 'utf8' });
}

/** Whether an EWMH window manager runs. Its check window must exist, because a killed one leaves its property. */
function isAnyRunning(): boolean {
  const window = /window id # (0x[0-9a-f]+)/.exec(rootProperty('_NET_SUPPORTING_WM_CHECK'))?.[1];
  if (!window) return false;
  try {
    return execFileSync('xprop', ['-id', window, '_NET_WM_NAME'], {
      encoding: 'utf8',
      stdio: 'pipe',
    }).includes('=');
  } catch {
    return false;
  }
}

/** The display's window manager: the user's, or the shell's own openbox with the rules of assets/openbox.xml. */
class WindowManager {
  /** Whether the rules of assets/openbox.xml are active. */
  hasAttic = false;
  /** Whether the shell started it: then the display is no user's desktop. */
  isOwn = false;
  /** Without one there are no states, workspaces or minimising, and windows place themselves. */
  isAbsent = false;

  /** @throws with one sentence when a tool is missing or openbox does not start. */
  async start(): Promise<void> {
    const missing = missingToolsSentence(false);
    if (missing) throw new Error(missing);
    if (isAnyRunning()) {
      this.hasAttic = rootProperty(mark).includes('=');
      return;
    }
    if (isWith('no-wm')) {
      this.isAbsent = true;
      return;
    }
    const missingOpenbox = missingToolsSentence(true);
    if (missingOpenbox) throw new Error(missingOpenbox);
    await this.#startOpenbox();
  }

  async #startOpenbox(): Promise<void> {
    const openbox = spawnBound('openbox', ['--sm-disable', '--config-file', configFile], { stdio: 'ignore' });
    openbox.unref();
    process.once('exit', () => openbox.kill('SIGKILL'));
    const deadline = performance.now() + startPatienceMs;
    while (!isAnyRunning()) {
      if (performance.now() > deadline || openbox.exitCode !== null) {
        throw new Error(
          'The Chromium shell could not start openbox on this display; start a window manager yourself.',
        );
      }
      await delay(20);
    }
    await runTool('xprop', '-root', '-f', mark, '8s', '-set', mark, 'openbox');
    this.hasAttic = true;
    this.isOwn = true;
  }
}

export const windowManager = new WindowManager();

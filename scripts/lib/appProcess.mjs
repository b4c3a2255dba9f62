import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { root } from './paths.mjs';
import { explainTrouble } from './trouble.mjs';

/** The line that the app prints when its window is usable (`src/main/platform/electronPlatform.ts`). */
const OPEN = 'Session Recorder is open.';

/**
 * Starts the app in `runtime` (see `findRuntime`), and forwards its output.
 * @param onOpen called when its window is usable; never if another app uses the data folder, whose window is then shown
 */
export function startApp(runtime, args, onOpen) {
  const app = spawn(runtime.binary, [root, ...args, startedBy()], {
    env: { ...process.env, ...runtime.env },
    // Its own process group: Electron handles one signal only, and the terminal's Ctrl-C would be a second one besides
    // ours. On Windows this keeps the app alive to finish its work when this process is ended.
    detached: true,
    // No stdin: SIGTTIN would stop the app in its own process group.
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  createInterface({ input: app.stdout }).on('line', (line) => {
    process.stdout.write(`${line}\n`);
    if (line === OPEN) onOpen();
  });
  explainTrouble(app.stderr);
  return app;
}

/** The switch that makes the app quit when this process has exited. */
export function startedBy() {
  return `--started-by=${process.pid}`;
}

/**
 * Starts an already running app a second time; the second start shows the first one's window and exits.
 * @returns its output; undefined if it could not be started
 */
export async function showApp(runtime, args) {
  const { code, said } = await startAgain(runtime, args);
  return code === 0 ? said : undefined;
}

/**
 * Asks the app to finish its work and quit. On Windows, which has no signals that an app can handle, a second start
 * asks.
 * @param args the app's own arguments
 * @returns whether the request was delivered
 */
export async function askToQuit(app, { runtime, args, signal, platform = process.platform }) {
  if (platform !== 'win32') return app.kill(signal);
  const { code } = await startAgain(runtime, [...args, '--quit']);
  return code === 0;
}

/** Ends the app at once, with the processes of its group. */
export function endApp(app, platform = process.platform) {
  if (platform === 'win32') app.kill();
  else process.kill(-app.pid, 'SIGKILL');
}

async function startAgain(runtime, args) {
  const second = spawn(runtime.binary, [root, ...args], {
    env: { ...process.env, ...runtime.env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let said = '';
  second.stdout.setEncoding('utf8').on('data', (part) => (said += part));
  const [code] = await once(second, 'close').catch(() => [undefined]);
  return { code, said: said.trim() };
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { root } from './paths.mjs';
import { explainTrouble } from './trouble.mjs';

/** What the app prints when its window can be used (`src/main/platform/electronPlatform.ts`). */
const OPEN = 'Session Recorder is open.';

/**
 * Starts the app in `runtime` (see `findRuntime`), and passes on what it says.
 * @param onOpen called when its window can be used; not at all where another app has the data folder, and is shown
 */
export function startApp(runtime, args, onOpen) {
  const app = spawn(runtime.binary, [root, ...args, startedBy()], {
    env: { ...process.env, ...runtime.env },
    // A group of its own: Electron handles one signal only, and the terminal's Ctrl-C would be a second one beside ours.
    // On Windows it keeps the app alive, so that it can finish, when this process is ended.
    detached: true,
    // No terminal to read from: in a group of its own the app would be stopped by SIGTTIN.
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  createInterface({ input: app.stdout }).on('line', (line) => {
    process.stdout.write(`${line}\n`);
    if (line === OPEN) onOpen();
  });
  explainTrouble(app.stderr);
  return app;
}

/** The switch by which the app quits when this process has gone. */
export function startedBy() {
  return `--started-by=${process.pid}`;
}

/**
 * Starts an app that runs once more, which shows its window and ends.
 * @returns what it said of that; undefined where it could not be started
 */
export async function showApp(runtime, args) {
  const { code, said } = await startAgain(runtime, args);
  return code === 0 ? said : undefined;
}

/**
 * Asks the app to finish what it does and to quit. Windows has no signals that an app could answer: there a second start
 * asks.
 * @param args those the app was started with
 * @returns whether the request was handed over
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

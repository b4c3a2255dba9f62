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
  const app = spawn(runtime.binary, [root, ...args], {
    env: { ...process.env, ...runtime.env },
    stdio: ['inherit', 'pipe', 'pipe'],
  });
  createInterface({ input: app.stdout }).on('line', (line) => {
    process.stdout.write(`${line}\n`);
    if (line === OPEN) onOpen();
  });
  explainTrouble(app.stderr);
  return app;
}

/** Starts an app that runs once more, which shows its window and ends. @returns whether it did so */
export async function showApp(runtime, args) {
  const second = spawn(runtime.binary, [root, ...args], {
    env: { ...process.env, ...runtime.env },
    stdio: 'ignore',
  });
  const [code] = await once(second, 'exit').catch(() => [undefined]);
  return code === 0;
}

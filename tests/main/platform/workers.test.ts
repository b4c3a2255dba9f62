import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runWorker } from '../../../src/main/platform/workers';
import { temporaryFolder } from '../recorder/recorderHouse';

const BESIDE = path.resolve(__dirname, '../../../src/main/platform');

/** Runs a module of this source as the app runs its own. */
async function run(source: string, signal = new AbortController().signal, onMessage = (_: unknown) => {}) {
  const file = path.join(await temporaryFolder(), 'worker.js');
  await writeFile(file, source);
  const name = path.relative(BESIDE, file.replace(/\.js$/, ''));
  return runWorker(name, { data: { question: 6 }, signal, onMessage });
}
const PORT = `const { parentPort, workerData } = require('node:worker_threads');\n`;

describe('a worker', () => {
  it('gets its data, is heard, and is over when its thread has ended', async () => {
    const heard: unknown[] = [];
    await run(`${PORT}parentPort.postMessage(7 * workerData.question);`, undefined, (message) =>
      heard.push(message),
    );
    expect(heard).toEqual([42]);
  });

  it('fails with what it threw, its code included', async () => {
    const source = `require('node:fs').readFileSync('/nowhere/at/all');`;
    await expect(run(source)).rejects.toMatchObject({ code: 'ENOENT', syscall: 'open' });
  });

  it('that ends with a code has failed', async () => {
    await expect(run('process.exit(3);')).rejects.toThrow('ended with 3');
  });

  it('that never ends is ended by an abort, with its reason', async () => {
    const stop = new AbortController();
    const running = run(`${PORT}parentPort.postMessage(1); for (;;);`, stop.signal, () =>
      stop.abort(new Error('enough')),
    );
    await expect(running).rejects.toThrow('enough');
  });
});

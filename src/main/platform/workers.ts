import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Platform } from '../platformPort';

/** Electron's main process reads workers from inside the app's archive like other modules (electron/electron#33216). */
export const runWorker: Platform['runWorker'] = (name, { data, signal, onMessage }) =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const worker = new Worker(path.join(__dirname, `${name}.js`), { workerData: data });
    let failure: unknown;
    const stop = () => void worker.terminate();
    signal.addEventListener('abort', stop);
    worker.on('message', onMessage);
    worker.on('error', (error) => (failure = error));
    // The worker's files are closed only after its exit.
    worker.on('exit', (code) => {
      signal.removeEventListener('abort', stop);
      if (signal.aborted) return reject(signal.reason as Error);
      if (failure !== undefined) return reject(failure as Error);
      if (code !== 0) return reject(new Error(`The thread "${name}" ended with ${code}.`));
      resolve();
    });
  });

import { parentPort, workerData } from 'node:worker_threads';
import { packBundle, type BundleWorkerMessage, type PackJob } from './packBundle';

// Packs a bundle in a thread of its own. Main receives its errors, and aborts by ending the thread.
const { paths, header } = workerData as Pick<PackJob, 'paths' | 'header'>;
const never = new AbortController();
const say = (message: BundleWorkerMessage) => parentPort?.postMessage(message);
packBundle({
  paths,
  header,
  signal: never.signal,
  onProgress: (percent) => say({ percent }),
}).then(
  (crc32) => say({ crc32 }),
  // Thrown outside of the promise: not every host ends a thread on an unhandled rejection.
  (error: unknown) =>
    setImmediate(() => {
      throw error;
    }),
);

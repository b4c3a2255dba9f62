import { parentPort, workerData } from 'node:worker_threads';
import { packBundle, type BundleWorkerMessage, type PackJob } from './packBundle';

// The thread in which a bundle is packed. What it throws, main gets; an abort ends the thread, and with it what is open.
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
  // Thrown outside of the promise: not every host takes a rejection that nobody awaits for the end of a thread.
  (error: unknown) =>
    setImmediate(() => {
      throw error;
    }),
);

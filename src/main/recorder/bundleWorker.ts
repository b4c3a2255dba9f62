import { parentPort, workerData } from 'node:worker_threads';
import { PACKED, packBundle, type PackJob } from './packBundle';

// The thread in which a bundle is packed. What it throws, main gets; an abort ends the thread, and with it what is open.
const { paths, header } = workerData as Pick<PackJob, 'paths' | 'header'>;
const never = new AbortController();
packBundle({
  ...{ paths, header, signal: never.signal },
  onProgress: (percent) => parentPort?.postMessage(percent),
}).then(
  () => parentPort?.postMessage(PACKED),
  // Thrown outside of the promise: not every host takes a rejection that nobody awaits for the end of a thread.
  (error: unknown) =>
    setImmediate(() => {
      throw error;
    }),
);

import { cancelled } from './stallWatch';

/** The promise's end, or at once the signal's: whatever comes of the promise after that is nobody's business. */
export async function untilAborted<T>(running: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return running;
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(cancelled());
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([running, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

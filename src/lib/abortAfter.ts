import type { Clock } from '../shared/runtime';

/** Runs `work` with a signal that aborts after the given time. Settles as `work` does. */
export async function abortAfter<T>(
  clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>,
  delayMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const timer = clock.setTimeout(() => late.abort(), delayMs);
  try {
    return await work(late.signal);
  } finally {
    clock.clearTimeout(timer);
  }
}

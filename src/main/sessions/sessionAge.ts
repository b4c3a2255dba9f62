import { MAX_EPOCH_MS } from '../../shared/bounds';

/** The start time in a session's id, epoch milliseconds (local time to the second), limited to valid dates. */
export function idTime(sessionId: string): number {
  const part = (from: number, to: number) => Number(sessionId.slice(from, to));
  const start = new Date(part(0, 4), part(4, 6) - 1, part(6, 8), part(9, 11), part(11, 13), part(13, 15));
  return Math.min(Math.max(0, start.getTime()), MAX_EPOCH_MS);
}

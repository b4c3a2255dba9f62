import type { Bandwidth, RateLimiter } from './objectStore/objectStore';
import type { Clock } from '../shared/runtime';

/** Slices are cut so that each takes about this long at the limit: short enough to be even, long enough to be cheap. */
const SLICE_MS = 50;
/** What may be sent at once after a rest. */
const BURST_MS = 100;

/**
 * Holds all senders together to a number of bytes a second. First come, first served, so that parallel requests share
 * evenly. Without a limit nobody waits.
 */
export class RateLimit implements RateLimiter, Bandwidth {
  private limit: number | null = null;
  /** When everything granted so far will have been sent, at the limit; monotonic milliseconds. */
  private sentByMs = 0;

  constructor(private readonly clock: Clock) {}

  get bytesPerSecond(): number | null {
    return this.limit;
  }

  /** @param bytesPerSecond null: no limit. Holds for what is asked for from now on. */
  set(bytesPerSecond: number | null): void {
    this.limit = bytesPerSecond;
    this.sentByMs = this.nowMs();
  }

  /** The most a sender should ask for at once. */
  sliceBytes(wanted: number): number {
    if (this.limit === null) return wanted;
    return Math.max(1024, Math.min(wanted, Math.floor((this.limit * SLICE_MS) / 1000)));
  }

  /** Calls `go` when `bytes` may be sent: at once where there is no limit. @returns what calls it off */
  acquire(bytes: number, go: () => void): () => void {
    if (this.limit === null) {
      go();
      return () => {};
    }
    const nowMs = this.nowMs();
    const beginMs = Math.max(this.sentByMs, nowMs - BURST_MS);
    this.sentByMs = beginMs + (bytes / this.limit) * 1000;
    // Never in the same breath: another sender's turn may come first.
    const timer = this.clock.setTimeout(go, Math.max(0, beginMs - nowMs));
    return () => this.clock.clearTimeout(timer);
  }

  private nowMs(): number {
    return this.clock.monotonicUs() / 1000;
  }
}

import type { Bandwidth, RateLimiter } from './objectStore/objectStore';
import type { Clock } from '../shared/runtime';

/** A slice takes about this long at the limit: short enough for an even rate, long enough to be cheap. */
const SLICE_MS = 50;
/** Burst allowed after a pause. */
const BURST_MS = 100;

/**
 * Limits all senders together to a number of bytes per second. First come, first served, so that parallel requests
 * share evenly. No waits without a limit.
 */
export class RateLimit implements RateLimiter, Bandwidth {
  private limit: number | null = null;
  /** When all bytes granted so far will have been sent at the limit; monotonic milliseconds. */
  private sentByMs = 0;

  constructor(private readonly clock: Clock) {}

  get bytesPerSecond(): number | null {
    return this.limit;
  }

  /** @param bytesPerSecond null: no limit. Applies to later requests. */
  set(bytesPerSecond: number | null): void {
    this.limit = bytesPerSecond;
    this.sentByMs = this.nowMs();
  }

  /** The most bytes a sender should request at once. */
  sliceBytes(wanted: number): number {
    if (this.limit === null) return wanted;
    return Math.max(1024, Math.min(wanted, Math.floor((this.limit * SLICE_MS) / 1000)));
  }

  /** Calls `go` when `bytes` may be sent; at once without a limit. @returns a function that cancels the wait */
  acquire(bytes: number, go: () => void): () => void {
    if (this.limit === null) {
      go();
      return () => {};
    }
    const nowMs = this.nowMs();
    const beginMs = Math.max(this.sentByMs, nowMs - BURST_MS);
    this.sentByMs = beginMs + (bytes / this.limit) * 1000;
    // Never synchronously: another sender may be next.
    const timer = this.clock.setTimeout(go, Math.max(0, beginMs - nowMs));
    return () => this.clock.clearTimeout(timer);
  }

  private nowMs(): number {
    return this.clock.monotonicUs() / 1000;
  }
}

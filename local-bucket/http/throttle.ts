import { setTimeout as wait } from 'node:timers/promises';

/**
 * Timers fire late, more so on a busy machine: up to this much lateness is compensated, or the rate would fall with the
 * load.
 */
export const LATE_MS = 200;

/** A rate limit for all connections together, so that tests can interrupt an upload. Null means none. */
export class Throttle {
  bytesPerSecond: number | null;
  private freeAt = 0;

  constructor(bytesPerSecond: number | null) {
    this.bytesPerSecond = bytesPerSecond;
  }

  /** Waits until `bytes` more are allowed. */
  async pass(bytes: number): Promise<void> {
    if (this.bytesPerSecond === null) return;
    const now = performance.now();
    const from = Math.max(now - LATE_MS, this.freeAt);
    this.freeAt = from + (bytes / this.bytesPerSecond) * 1000;
    if (this.freeAt > now) await wait(this.freeAt - now);
  }
}

import { setTimeout as wait } from 'node:timers/promises';

/** Timers fire late, the more so on a busy machine: so much of it is made up for, or the rate would fall with the load. */
export const LATE_MS = 200;

/** A limit shared by all connections, so that tests can catch an upload on its way. Null means none. */
export class Throttle {
  bytesPerSecond: number | null;
  private freeAt = 0;

  constructor(bytesPerSecond: number | null) {
    this.bytesPerSecond = bytesPerSecond;
  }

  /** Waits until `bytes` more fit. */
  async pass(bytes: number): Promise<void> {
    if (this.bytesPerSecond === null) return;
    const now = performance.now();
    const from = Math.max(now - LATE_MS, this.freeAt);
    this.freeAt = from + (bytes / this.bytesPerSecond) * 1000;
    if (this.freeAt > now) await wait(this.freeAt - now);
  }
}

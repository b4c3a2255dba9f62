import { setTimeout as wait } from 'node:timers/promises';

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
    const from = Math.max(now, this.freeAt);
    this.freeAt = from + (bytes / this.bytesPerSecond) * 1000;
    if (this.freeAt > now) await wait(this.freeAt - now);
  }
}

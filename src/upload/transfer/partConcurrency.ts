import type { Clock } from '../../shared/runtime';

const START = 4;
const MOST = 8;
const CLEAN_MS = 30_000;
/** A smaller gain is noise. */
const RISE = 1.02;

/**
 * How many parts to send in parallel to one endpoint: additive increase, multiplicative decrease. Starts at 4; one more
 * after 30 s without trouble in which the goodput rose, at most 8; half after a throttle or a timeout. Shared by all
 * uploads to the endpoint.
 */
export class PartConcurrency {
  private current = START;
  private windowBeganMs: number;
  private windowBytes = 0;
  private lastGoodput = 0;

  constructor(private readonly clock: Pick<Clock, 'now'>) {
    this.windowBeganMs = clock.now();
  }

  get limit(): number {
    return this.current;
  }

  /** Call when sending begins: a pause before it does not count in the measurement. */
  begin(): void {
    this.openWindow();
  }

  /** A part was acknowledged. */
  acknowledged(bytes: number): void {
    this.windowBytes += bytes;
    const elapsedMs = this.clock.now() - this.windowBeganMs;
    if (elapsedMs < CLEAN_MS) return;
    const goodput = this.windowBytes / elapsedMs;
    if (goodput > this.lastGoodput * RISE) this.current = Math.min(MOST, this.current + 1);
    this.lastGoodput = goodput;
    this.openWindow();
  }

  /** The endpoint throttled us, or a request timed out. */
  backOff(): void {
    this.current = Math.max(1, Math.floor(this.current / 2));
    this.lastGoodput = 0;
    this.openWindow();
  }

  private openWindow(): void {
    this.windowBeganMs = this.clock.now();
    this.windowBytes = 0;
  }
}

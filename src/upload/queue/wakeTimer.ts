import type { Clock, Timer } from '../../shared/runtime';

/** A later timer is set again when this one fires. */
const LONGEST_TIMER_MS = 3_600_000;

/** One timer at a time, set to a time of day; may fire early. */
export class WakeTimer {
  private timer: Timer | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly wake: () => void,
  ) {}

  /** @param atMs epoch milliseconds; null: never */
  set(atMs: number | null): void {
    if (this.timer) this.clock.clearTimeout(this.timer);
    this.timer = null;
    if (atMs === null) return;
    const delayMs = Math.min(Math.max(0, atMs - this.clock.now()), LONGEST_TIMER_MS);
    this.timer = this.clock.setTimeout(this.wake, delayMs);
  }
}

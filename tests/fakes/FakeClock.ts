import type { Clock, Timer } from '../../src/shared/runtime';

/** Where a FakeClock stands at first, and a bucket in memory always. */
export const FAKE_NOW_MS = 1_800_000_000_000;

type Planned = { timer: Timer; dueMs: number; run: () => void };

/** A clock that moves only when told to. Timers run in order of their time. */
export class FakeClock implements Clock {
  private nowMs: number;
  private aheadMs = 0;
  private planned: Planned[] = [];

  constructor(startMs = FAKE_NOW_MS) {
    this.nowMs = startMs;
  }

  now(): number {
    return this.nowMs - this.aheadMs;
  }

  /** Somebody sets the wall clock back; time itself goes on. */
  setBack(byMs: number): void {
    this.aheadMs += byMs;
  }

  monotonicUs(): number {
    return this.nowMs * 1000;
  }

  setTimeout(run: () => void, delayMs: number): Timer {
    const timer: Timer = {};
    this.planned.push({ timer, dueMs: this.nowMs + Math.max(0, delayMs), run });
    return timer;
  }

  clearTimeout(timer: Timer): void {
    this.planned = this.planned.filter((planned) => planned.timer !== timer);
  }

  /** Milliseconds until the next timer, or null when none is set. */
  untilNextTimer(): number | null {
    const due = Math.min(...this.planned.map(({ dueMs }) => dueMs));
    return Number.isFinite(due) ? due - this.nowMs : null;
  }

  /** The machine sleeps: time passes and nothing runs; what fell due meanwhile runs once it is awake. */
  sleep(forMs: number): void {
    this.nowMs += forMs;
  }

  /** Moves on, running what falls due on the way. */
  advance(byMs: number): void {
    const targetMs = this.nowMs + byMs;
    for (let next = this.takeDue(targetMs); next; next = this.takeDue(targetMs)) {
      this.nowMs = Math.max(this.nowMs, next.dueMs);
      next.run();
    }
    this.nowMs = targetMs;
  }

  private takeDue(untilMs: number): Planned | undefined {
    const next = this.planned.toSorted((a, b) => a.dueMs - b.dueMs)[0];
    if (!next || next.dueMs > untilMs) return undefined;
    this.planned = this.planned.filter((planned) => planned !== next);
    return next;
  }
}

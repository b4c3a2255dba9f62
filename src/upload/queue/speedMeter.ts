const WINDOW_MS = 10_000;
/** The bytes that the system buffers at the start say nothing about the speed of the link. */
const LEAST_MS = 2000;
/** Merges faster counts into one sample: on a fast link there are thousands a second. */
const SAMPLE_MS = 50;

/** Speed over the last ten seconds, from byte counts that only grow. Times in milliseconds of any monotonic clock. */
export class SpeedMeter {
  private samples: { atMs: number; bytes: number }[] = [];

  /** The first count is only the baseline. */
  add(bytes: number, atMs: number): void {
    const before = this.samples.at(-2);
    if (before && atMs - before.atMs < SAMPLE_MS) this.samples.pop();
    this.samples.push({ atMs, bytes });
    this.dropOlderThan(atMs - WINDOW_MS);
  }

  /** Undefined in the first two seconds, and while no bytes move. */
  bytesPerSecond(nowMs: number): number | undefined {
    this.dropOlderThan(nowMs - WINDOW_MS);
    const [first, second] = this.samples;
    const last = this.samples.at(-1);
    if (!first || !second || !last || nowMs - first.atMs < LEAST_MS) return undefined;
    const sinceMs = Math.max(first.atMs, nowMs - WINDOW_MS);
    const share = (sinceMs - first.atMs) / Math.max(1, second.atMs - first.atMs);
    const bytes = last.bytes - (first.bytes + (second.bytes - first.bytes) * share);
    return bytes > 0 ? (bytes * 1000) / (nowMs - sinceMs) : undefined;
  }

  /** Keeps one sample from before the window, because the window begins between it and the next. */
  private dropOlderThan(sinceMs: number): void {
    while (this.samples.length > 1 && this.samples[1]!.atMs <= sinceMs) this.samples.shift();
  }
}

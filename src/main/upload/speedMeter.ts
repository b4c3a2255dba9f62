const WINDOW_MS = 10_000;

/** Speed over the last ten seconds, from byte counts that only grow. Times in milliseconds of any steady clock. */
export class SpeedMeter {
  private samples: { atMs: number; bytes: number }[] = [];

  /** The first count is where measuring begins, not something that was sent. */
  add(bytes: number, atMs: number): void {
    this.samples.push({ atMs, bytes });
    this.dropOlderThan(atMs - WINDOW_MS);
  }

  /** Undefined while nothing moves. */
  bytesPerSecond(nowMs: number): number | undefined {
    this.dropOlderThan(nowMs - WINDOW_MS);
    const [first] = this.samples;
    const last = this.samples.at(-1);
    if (!first || !last || last.bytes === first.bytes || nowMs <= first.atMs) return undefined;
    return ((last.bytes - first.bytes) * 1000) / (nowMs - first.atMs);
  }

  /** Keeps one sample from before the window, where its first second begins. */
  private dropOlderThan(sinceMs: number): void {
    while (this.samples.length > 1 && this.samples[1]!.atMs <= sinceMs) this.samples.shift();
  }
}

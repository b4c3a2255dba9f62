/** An estimate adopts two thirds of a speed change in this time: long enough to hide short bursts. */
const BELIEVED_AFTER_MS = 5000;

/**
 * The remaining time of an upload, which counts down with the clock and only gradually follows the current speed. Times
 * in milliseconds of any monotonic clock; the remaining time in seconds.
 */
export class TimeLeft {
  private estimate: { seconds: number; atMs: number } | null = null;

  /** @param bytesPerSecond undefined while no bytes move: the estimate is then undefined and starts again later */
  estimateAt(nowMs: number, bytesLeft: number, bytesPerSecond: number | undefined): number | undefined {
    if (bytesPerSecond === undefined) {
      this.estimate = null;
      return undefined;
    }
    const target = bytesLeft / bytesPerSecond;
    const { seconds, atMs } = this.estimate ?? { seconds: target, atMs: nowMs };
    const expected = Math.max(0, seconds - (nowMs - atMs) / 1000);
    const belief = 1 - Math.exp((atMs - nowMs) / BELIEVED_AFTER_MS);
    this.estimate = { seconds: expected + (target - expected) * belief, atMs: nowMs };
    return this.estimate.seconds;
  }
}

/** A change of speed is believed by two thirds after this time: long enough that a gust does not show. */
const BELIEVED_AFTER_MS = 5000;

/**
 * The time left of an upload, which runs down with the clock and only leans towards what the speed of the moment says.
 * Times in milliseconds of any steady clock, the time left in seconds.
 */
export class TimeLeft {
  private estimate: { seconds: number; atMs: number } | null = null;

  /** @param bytesPerSecond undefined while nothing moves: then nothing is known, and later the estimate begins anew */
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

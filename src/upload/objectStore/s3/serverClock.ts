/** Amazon S3 tolerates 15 minutes, AWS's sign-in services 5; other servers may tolerate less. */
const TOLERATED_MS = 4 * 60_000;

/** The offset of a server's clock from this computer's, from its replies. */
export class ServerClock {
  /** Milliseconds that the server's clock is ahead; undefined while the difference is tolerable. */
  offsetMs: number | undefined;

  /**
   * Uses the time in a reply's `Date` header if it differs by more than servers tolerate.
   * @param nowMs this computer's clock, epoch milliseconds
   */
  learn(date: string | undefined, nowMs: number): void {
    const offMs = Date.parse(date ?? '') - nowMs;
    const changesBy = Math.abs(offMs - (this.offsetMs ?? 0));
    if (changesBy >= TOLERATED_MS) this.offsetMs = offMs;
  }

  /** The server's time when this computer's is `nowMs`. Both in epoch milliseconds. */
  at(nowMs: number): number {
    return nowMs + (this.offsetMs ?? 0);
  }
}

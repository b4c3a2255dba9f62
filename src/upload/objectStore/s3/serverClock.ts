/** Amazon S3 tolerates 15 minutes, AWS's sign-in services 5; other servers may tolerate fewer. */
const TOLERATED_MS = 4 * 60_000;

/** How far a server's clock is from this computer's, as its replies tell. */
export class ServerClock {
  /** Milliseconds that the server's clock is ahead; undefined while it is near enough. */
  offsetMs: number | undefined;

  /**
   * Takes over the time in a reply's `Date` header where it is further off than servers tolerate.
   * @param nowMs this computer's clock, epoch milliseconds
   */
  learn(date: string | undefined, nowMs: number): void {
    const offMs = Date.parse(date ?? '') - nowMs;
    const changesBy = Math.abs(offMs - (this.offsetMs ?? 0));
    if (changesBy >= TOLERATED_MS) this.offsetMs = offMs;
  }

  /** The server's time when this computer's is `nowMs`. Epoch milliseconds, both. */
  at(nowMs: number): number {
    return nowMs + (this.offsetMs ?? 0);
  }
}

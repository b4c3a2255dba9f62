/** What lasted this long and then ended is in a new trouble, not in the same one again. */
const LASTING_US = 10_000_000;
const RESTARTS_IN_A_ROW = 5;

/** When to start something again that broke off: at once, then ever later, and no more when nothing comes of it. */
export class RestartPacing {
  #begunUs = 0;
  #inARow = 0;

  begun(nowUs: number): void {
    this.#begunUs = nowUs;
  }

  /** It broke off. @returns how many milliseconds to wait before the next start; null: it is to be given up */
  brokeOff(nowUs: number): number | null {
    if (nowUs - this.#begunUs >= LASTING_US) this.#inARow = 0;
    // A start that fails after a long while has lasted for nothing.
    this.#begunUs = Infinity;
    this.#inARow += 1;
    if (this.#inARow > RESTARTS_IN_A_ROW) return null;
    return this.#inARow === 1 ? 0 : 1000 * 2 ** (this.#inARow - 2);
  }
}

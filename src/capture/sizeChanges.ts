/** Two changes within this time come from dragging an edge or from an animation: more will follow. */
const IN_A_ROW_MS = 1500;
/** After this time without a change no further one is expected. */
const SETTLED_MS = 1000;

/** The times at which the recorded picture changed its size, in milliseconds of `performance.now`. */
export class SizeChanges {
  #lastMs = -Infinity;
  #beforeMs = -Infinity;

  note(nowMs: number): void {
    this.#beforeMs = this.#lastMs;
    this.#lastMs = nowMs;
  }

  /** Whether the next segment must support more size changes. */
  goOn(nowMs: number): boolean {
    return this.#lastMs - this.#beforeMs < IN_A_ROW_MS && !this.hasSettled(nowMs);
  }

  hasSettled(nowMs: number): boolean {
    return nowMs - this.#lastMs >= SETTLED_MS;
  }
}

/** Two changes within this time are those of a person who drags an edge, or of an animation: more will follow. */
const IN_A_ROW_MS = 1500;
/** So long after the last change no other is expected. */
const SETTLED_MS = 1000;

/** When the recorded picture changed its size, in milliseconds of `performance.now`. */
export class SizeChanges {
  #lastMs = -Infinity;
  #beforeMs = -Infinity;

  note(nowMs: number): void {
    this.#beforeMs = this.#lastMs;
    this.#lastMs = nowMs;
  }

  /** Whether the next segment must be ready for more of them. */
  goOn(nowMs: number): boolean {
    return this.#lastMs - this.#beforeMs < IN_A_ROW_MS && !this.hasSettled(nowMs);
  }

  hasSettled(nowMs: number): boolean {
    return nowMs - this.#lastMs >= SETTLED_MS;
  }
}

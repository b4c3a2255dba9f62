const MIN_GAP_US = Math.ceil(1_000_000 / 60);
/** Long enough that a held-back position recorded after it never lifts the rate above 60 a second. */
const SETTLED_US = 100_000;

type Move = { atUs: number };

/** Thins pointer moves to at most 60 a second and never loses where the pointer came to rest or was pressed. */
export class MoveThinning<M extends Move> {
  #lastUs = -Infinity;
  #held: M | null = null;

  /** @returns the move when it is to be recorded now; otherwise it is held back. */
  offer(move: M): M | null {
    if (move.atUs - this.#lastUs < MIN_GAP_US) {
      this.#held = move;
      return null;
    }
    this.#held = null;
    this.#lastUs = move.atUs;
    return move;
  }

  /** Before a press, release or wheel: the position held back, which must be recorded first. */
  beforeOther(): M | null {
    return this.#release();
  }

  /** The position held back once the pointer has rested. */
  settle(nowUs: number): M | null {
    if (this.#held === null || nowUs - this.#held.atUs < SETTLED_US) return null;
    return this.#release();
  }

  #release(): M | null {
    const held = this.#held;
    this.#held = null;
    if (held !== null) this.#lastUs = held.atUs;
    return held;
  }
}

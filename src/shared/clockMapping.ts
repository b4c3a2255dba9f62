/**
 * How long the least delayed reading determines the offset of the clocks. Two quartz clocks drift apart by at most 6 ms
 * in this time.
 */
const WINDOW_US = 30_000_000;
/** A longer delay means that a clock jumped, because the machine slept or the source restarted. */
const LONGEST_DELAY_US = 2_000_000;
/** How long such a delay must last before it counts as a jump; a single late reading is only late. */
const JUMP_LASTS_US = 1_000_000;

type Least = { fromUs: number; distanceUs: number };

/**
 * Converts event times from a source's clock to ours. Each event is read with an unknown and varying delay, so the
 * offset of the clocks is taken from the least delayed reading of the last 30 to 60 s (the idea of NTP's clock filter,
 * RFC 5905 §10). The result includes the shortest possible delay, but no jitter.
 * All times in microseconds.
 */
export class ClockMapping {
  #least: Least | null = null;
  #previousUs = Infinity;
  #jump: Least | null = null;
  #lastUs = -Infinity;

  /**
   * @param sourceUs event time on the source's clock
   * @param readUs current time on our clock; never goes back
   * @returns event time on our clock: never in the future, never before the previous result
   */
  map(sourceUs: number, readUs: number): number {
    this.note(sourceUs, readUs);
    return this.ours(sourceUs, readUs);
  }

  /** Records a reading. */
  note(sourceUs: number, readUs: number): void {
    const distanceUs = readUs - sourceUs;
    if (this.#least !== null && !this.#isBelieved(distanceUs)) return this.#perhapsJumped(distanceUs, readUs);
    this.#jump = null;
    if (this.#least === null || readUs - this.#least.fromUs >= WINDOW_US) {
      this.#previousUs = this.#least?.distanceUs ?? Infinity;
      this.#least = { fromUs: readUs, distanceUs };
    }
    this.#least.distanceUs = Math.min(this.#least.distanceUs, distanceUs);
  }

  /** Converts a reading recorded before, using all readings so far. Call in the order of reading. */
  ours(sourceUs: number, readUs: number): number {
    const happenedUs = this.#isBelieved(readUs - sourceUs) ? sourceUs + this.#distanceUs : readUs;
    this.#lastUs = Math.max(this.#lastUs, Math.min(happenedUs, readUs));
    return this.#lastUs;
  }

  get #distanceUs(): number {
    return Math.min(this.#least?.distanceUs ?? Infinity, this.#previousUs);
  }

  /** A reading is not trusted while it is unclear whether a clock jumped. */
  #isBelieved(distanceUs: number): boolean {
    return distanceUs - this.#distanceUs <= LONGEST_DELAY_US;
  }

  #perhapsJumped(distanceUs: number, readUs: number): void {
    this.#jump ??= { fromUs: readUs, distanceUs };
    this.#jump.distanceUs = Math.min(this.#jump.distanceUs, distanceUs);
    if (readUs - this.#jump.fromUs < JUMP_LASTS_US) return;
    this.#least = { fromUs: readUs, distanceUs: this.#jump.distanceUs };
    this.#previousUs = Infinity;
    this.#jump = null;
  }
}

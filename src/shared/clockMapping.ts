/** How long the least delayed reading vouches for the clocks' distance. Two quartzes part by 6 ms in this time at worst. */
const WINDOW_US = 30_000_000;
/** No delay is believed to be longer: then one of the two clocks jumped, because the machine slept or a source began anew. */
const LONGEST_DELAY_US = 2_000_000;
/** How long that must last before the jump is followed; one late reading alone is only late. */
const JUMP_LASTS_US = 1_000_000;

type Least = { fromUs: number; distanceUs: number };

/**
 * Tells when things happened on our clock by what their own clock said. Each is read late by an unknown and changing
 * delay, so the clocks' distance is that of the least delayed reading of the last 30 to 60 s (the idea of NTP's clock
 * filter, RFC 5905 §10). What stays in every time is the shortest delay that there is; what goes is its jitter.
 * All times in microseconds.
 */
export class ClockMapping {
  #least: Least | null = null;
  #previousUs = Infinity;
  #jump: Least | null = null;
  #lastUs = -Infinity;

  /**
   * @param sourceUs when it happened, on its own clock
   * @param readUs now, on ours; it never goes back
   * @returns when it happened, on ours: never later than now, never before what was answered last
   */
  map(sourceUs: number, readUs: number): number {
    this.note(sourceUs, readUs);
    return this.ours(sourceUs, readUs);
  }

  /** Takes a reading in. */
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

  /** The same with what is known by now, for a reading that was noted before. In the order of reading. */
  ours(sourceUs: number, readUs: number): number {
    const happenedUs = this.#isBelieved(readUs - sourceUs) ? sourceUs + this.#distanceUs : readUs;
    this.#lastUs = Math.max(this.#lastUs, Math.min(happenedUs, readUs));
    return this.#lastUs;
  }

  get #distanceUs(): number {
    return Math.min(this.#least?.distanceUs ?? Infinity, this.#previousUs);
  }

  /** While it cannot be told whether a clock jumped, a reading is not followed. */
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

const WINDOW_US = 1_000_000;
const PER_WINDOW = 4;

/** Admits at most four screenshots in any second, by the time of the input that asks for them. */
export class ScreenshotLimit {
  #admittedUs: number[] = [];

  /** A refused one is not taken later: it would show another moment. */
  admits(atUs: number): boolean {
    this.#admittedUs = this.#admittedUs.filter((earlierUs) => atUs - earlierUs < WINDOW_US);
    if (this.#admittedUs.length >= PER_WINDOW) return false;
    this.#admittedUs.push(atUs);
    return true;
  }
}

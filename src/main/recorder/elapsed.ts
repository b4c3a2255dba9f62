/** Recorded time: what passes between `run` and `hold`. Microseconds in, milliseconds out. */
export class Elapsed {
  #gatheredUs = 0;
  #sinceUs: number | null = null;

  run(nowUs: number): void {
    this.#sinceUs ??= nowUs;
  }

  hold(nowUs: number): void {
    this.#gatheredUs += this.#running(nowUs);
    this.#sinceUs = null;
  }

  get isRunning(): boolean {
    return this.#sinceUs !== null;
  }

  ms(nowUs: number): number {
    return Math.round((this.#gatheredUs + this.#running(nowUs)) / 1000);
  }

  #running(nowUs: number): number {
    return this.#sinceUs === null ? 0 : nowUs - this.#sinceUs;
  }
}

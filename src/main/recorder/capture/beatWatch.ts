import type { Clock, Timer } from '../../../shared/runtime';

const CHECK_MS = 500;
/** Counted in our own ticks, not in time: after a sleep of the machine what beats is late, not dead. */
const SILENT_CHECKS = 3;

/** Notices within 2 s when something falls silent that beats every quarter of a second. */
export class BeatWatch {
  #timer: Timer | null = null;
  #silentChecks = 0;
  readonly #clock: Clock;
  readonly #onSilent: () => void;

  /** @param onSilent called once for each `begin` */
  constructor(clock: Clock, onSilent: () => void) {
    this.#clock = clock;
    this.#onSilent = onSilent;
  }

  begin(): void {
    this.end();
    this.#silentChecks = 0;
    this.#checkLater();
  }

  beat(): void {
    this.#silentChecks = 0;
  }

  end(): void {
    if (this.#timer !== null) this.#clock.clearTimeout(this.#timer);
    this.#timer = null;
  }

  #checkLater(): void {
    this.#timer = this.#clock.setTimeout(() => this.#check(), CHECK_MS);
  }

  #check(): void {
    this.#timer = null;
    this.#silentChecks += 1;
    if (this.#silentChecks > SILENT_CHECKS) this.#onSilent();
    else this.#checkLater();
  }
}

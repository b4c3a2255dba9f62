import type { Clock, Timer } from '../shared/runtime';
import type { Windows } from './platformPort';

/** Work ends in several parts that do not know of each other, so it is looked at and not announced. */
const LOOK_EVERY_MS = 1000;

/** Work that goes on without a window, in the words of the tray's menu. */
export type BackgroundWork = { label: string };

export type BackgroundParts = {
  clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  windows: Pick<Windows, 'onMainClosed' | 'isMainOpen'>;
  /** What goes on now; undefined: nothing that goes on by itself. */
  work(): BackgroundWork | undefined;
  /** Whether the app stays without a window and without work, as apps do on macOS. */
  stays: boolean;
  quit(): void;
};

/** The life of the app without its main window: it ends with the last piece of work, unless the window is opened again. */
export class Background {
  #isStarted = false;
  #isQuitting = false;
  #timer: Timer | null = null;
  #label: string | undefined;
  readonly #listeners = new Set<() => void>();

  constructor(private readonly parts: BackgroundParts) {
    parts.windows.onMainClosed(() => this.#look());
  }

  /** What goes on without a window; undefined while there is one, and while nothing goes on. */
  get label(): string | undefined {
    return this.#label;
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Until the start is over it counts as work: only then is known what the last run of the app left. */
  started(): void {
    this.#isStarted = true;
    if (!this.parts.windows.isMainOpen()) this.#look();
  }

  /** The app is being quit. */
  close(): void {
    this.#isQuitting = true;
    this.#stopTimer();
  }

  #look(): void {
    this.#stopTimer();
    if (!this.#isStarted || this.#isQuitting) return;
    if (this.parts.windows.isMainOpen()) return this.#show(undefined);
    const work = this.parts.work();
    if (work === undefined && !this.parts.stays) return this.#quit();
    this.#show(work?.label);
    this.#timer = this.parts.clock.setTimeout(() => this.#look(), LOOK_EVERY_MS);
  }

  #quit(): void {
    this.close();
    this.parts.quit();
  }

  #show(label: string | undefined): void {
    const ending = this.parts.stays || label === undefined ? label : `${label}, then quits`;
    if (ending === this.#label) return;
    this.#label = ending;
    for (const listener of this.#listeners) listener();
  }

  #stopTimer(): void {
    if (this.#timer !== null) this.parts.clock.clearTimeout(this.#timer);
    this.#timer = null;
  }
}

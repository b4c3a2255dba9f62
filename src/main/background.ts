import type { Clock, Timer } from '../shared/runtime';
import type { Windows } from './platformPort';

/** The workers do not announce when they finish, so their state is polled. */
const LOOK_EVERY_MS = 1000;

/** Work that continues without a window. `label` is shown in the tray menu. */
export type BackgroundWork = { label: string };

export type BackgroundParts = {
  clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  windows: Pick<Windows, 'onMainClosed' | 'isMainOpen'>;
  /** The current background work; undefined if there is none. */
  work(): BackgroundWork | undefined;
  /** Whether the app stays open without a window and without work (the macOS convention). */
  stays: boolean;
  quit(): void;
};

/** Quits the app after its main window closed and the last work ended. Reopening the window keeps the app running. */
export class Background {
  #isStarted = false;
  #isQuitting = false;
  #timer: Timer | null = null;
  #label: string | undefined;
  readonly #listeners = new Set<() => void>();

  constructor(private readonly parts: BackgroundParts) {
    parts.windows.onMainClosed(() => this.#look());
  }

  /** The current work's label; undefined while a window is open or while there is no work. */
  get label(): string | undefined {
    return this.#label;
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** The start counts as work: only after it is known what work the last run left unfinished. */
  started(): void {
    this.#isStarted = true;
    if (!this.parts.windows.isMainOpen()) this.#look();
  }

  /** Call when the app quits. */
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

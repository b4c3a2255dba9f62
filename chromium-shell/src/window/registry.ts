import { EventEmitter } from 'node:events';

/** The parts of a window that the app's life cycle uses. */
export type OpenWindow = {
  readonly id: number;
  close(): void;
  focus(): void;
  /** Chromium has exited, and the window with it. */
  lost(): void;
};

/** All open windows. Emits `removed`, after a window's own `closed`, and `close-refused`. */
class WindowRegistry extends EventEmitter {
  readonly #windows = new Map<number, OpenWindow>();

  add(window: OpenWindow): void {
    this.#windows.set(window.id, window);
  }

  forget(window: OpenWindow): void {
    this.#windows.delete(window.id);
  }

  announceRemoval(): void {
    this.emit('removed');
  }

  closeRefused(): void {
    this.emit('close-refused');
  }

  all(): OpenWindow[] {
    return [...this.#windows.values()];
  }

  get size(): number {
    return this.#windows.size;
  }
}

export const windowRegistry = new WindowRegistry();

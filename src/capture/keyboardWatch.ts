import type { KeyNames } from '../shared/session';

export type KeyboardWatchPorts = {
  /** Null if the system does not report it. */
  ask: () => Promise<KeyNames | null>;
  tell: (keys: KeyNames) => Promise<void>;
};

/** Reports the keyboard layout and each change. Polls, because Chromium has no event for it. */
export class KeyboardWatch {
  #told = '';
  readonly #ports: KeyboardWatchPorts;

  constructor(ports: KeyboardWatchPorts) {
    this.#ports = ports;
  }

  /** Reports the next layout even if it did not change. */
  tellAgain(): void {
    this.#told = '';
  }

  /** Rejects if the layout cannot be read or reported. */
  async look(): Promise<void> {
    const keys = await this.#ports.ask();
    if (keys === null) return;
    const ordered = Object.fromEntries(Object.entries(keys).sort(([a], [b]) => (a < b ? -1 : 1)));
    const text = JSON.stringify(ordered);
    if (text === this.#told) return;
    this.#told = text;
    await this.#ports.tell(ordered);
  }
}

/** The layout from the Keyboard Map API, which every page of a secure context may use. */
export async function askLayout(): Promise<KeyNames | null> {
  const map = await navigator.keyboard?.getLayoutMap();
  return map ? Object.fromEntries(map) : null;
}

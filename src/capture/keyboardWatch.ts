import type { KeyNames } from '../shared/session';

export type KeyboardWatchPorts = {
  /** Null where the system does not tell. */
  ask: () => Promise<KeyNames | null>;
  tell: (keys: KeyNames) => Promise<void>;
};

/** Tells the layout of the keyboard, and each change of it: Chromium announces none. */
export class KeyboardWatch {
  #told = '';
  readonly #ports: KeyboardWatchPorts;

  constructor(ports: KeyboardWatchPorts) {
    this.#ports = ports;
  }

  /** What is seen next is told even if nothing changed. */
  tellAgain(): void {
    this.#told = '';
  }

  /** Rejects with what keeps the layout from being read or told. */
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

/** The layout by the Keyboard Map API, which every page of a secure context may ask. */
export async function askLayout(): Promise<KeyNames | null> {
  const map = await navigator.keyboard?.getLayoutMap();
  return map ? Object.fromEntries(map) : null;
}

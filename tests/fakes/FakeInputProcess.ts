import type { InputMessage, InputProcess } from '../../src/main/inputPort';

/** An input process whose messages and end are told by the test. */
export class FakeInputProcess implements InputProcess {
  killed = false;
  #listener: (message: InputMessage) => void = () => {};
  #onExit: (code: number | null) => void = () => {};

  onMessage(listener: (message: InputMessage) => void): void {
    this.#listener = listener;
  }

  onExit(listener: (code: number | null) => void): void {
    this.#onExit = listener;
  }

  kill(): void {
    this.killed = true;
  }

  say(message: InputMessage): void {
    this.#listener(message);
  }

  exit(code: number | null): void {
    this.#onExit(code);
  }
}

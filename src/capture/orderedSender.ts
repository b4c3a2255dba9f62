/**
 * Sends chunks strictly in order with one in flight; `send` answers when the chunk is on disk.
 * After a failure nothing more is sent: a hole in the middle would make the rest unreadable.
 */
export class OrderedSender {
  #tail: Promise<void> = Promise.resolve();
  #failure: unknown = null;
  readonly #send: (chunk: Blob) => Promise<void>;
  readonly #onFailure: (error: unknown) => void;

  constructor(send: (chunk: Blob) => Promise<void>, onFailure: (error: unknown) => void) {
    this.#send = send;
    this.#onFailure = onFailure;
  }

  push(chunk: Blob): void {
    if (chunk.size === 0) return;
    this.#tail = this.#tail.then(() => this.#sendUnlessFailed(chunk));
  }

  /** Resolves when everything pushed so far was sent, or sending has failed (told through `onFailure`). */
  drained(): Promise<void> {
    return this.#tail;
  }

  async #sendUnlessFailed(chunk: Blob): Promise<void> {
    if (this.#failure !== null) return;
    try {
      await this.#send(chunk);
    } catch (error) {
      this.#failure = error;
      this.#onFailure(error);
    }
  }
}

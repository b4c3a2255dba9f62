/** About two minutes of video. */
const MOST_WAITING_BYTES = 64 * 1024 * 1024;

/**
 * Sends chunks strictly in order with one in flight; `send` answers when the chunk is on disk.
 * After a failure nothing more is sent: a hole in the middle would make the rest unreadable. When more waits than this
 * page should hold, that is told once, so that nothing more is made; what waits is sent all the same.
 */
export class OrderedSender {
  #tail: Promise<void> = Promise.resolve();
  #failure: unknown = null;
  #waitingBytes = 0;
  #isFull = false;
  readonly #send: (chunk: Blob, heldUntilMs: number) => Promise<void>;
  readonly #onFailure: (error: unknown) => void;
  readonly #onFull: () => void;

  constructor(
    send: (chunk: Blob, heldUntilMs: number) => Promise<void>,
    onFailure: (error: unknown) => void,
    onFull: () => void,
  ) {
    this.#send = send;
    this.#onFailure = onFailure;
    this.#onFull = onFull;
  }

  /** @param heldUntilMs until when the chunk holds the picture; it stays with it, however long it waits */
  push(chunk: Blob, heldUntilMs: number): void {
    if (chunk.size === 0) return;
    this.#waitingBytes += chunk.size;
    this.#tail = this.#tail.then(() => this.#sendUnlessFailed(chunk, heldUntilMs));
    if (this.#isFull || this.#waitingBytes <= MOST_WAITING_BYTES) return;
    this.#isFull = true;
    this.#onFull();
  }

  /** Resolves when everything pushed so far was sent, or sending has failed (told through `onFailure`). */
  drained(): Promise<void> {
    return this.#tail;
  }

  async #sendUnlessFailed(chunk: Blob, heldUntilMs: number): Promise<void> {
    if (this.#failure !== null) return;
    try {
      await this.#send(chunk, heldUntilMs);
    } catch (error) {
      this.#failure = error;
      this.#onFailure(error);
    } finally {
      this.#waitingBytes -= chunk.size;
    }
  }
}

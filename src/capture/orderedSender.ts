/** About two minutes of video. */
const MOST_WAITING_BYTES = 64 * 1024 * 1024;

/**
 * Sends chunks strictly in order with one in flight; `send` resolves when the chunk is on disk. After a failure it
 * sends nothing more: a gap would make the rest unreadable. If too many bytes are queued, it reports that once, so that
 * recording stops; it still sends the queued chunks.
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

  /** @param heldUntilMs until when the chunk contains the picture; kept with the chunk while it is queued */
  push(chunk: Blob, heldUntilMs: number): void {
    if (chunk.size === 0) return;
    this.#waitingBytes += chunk.size;
    this.#tail = this.#tail.then(() => this.#sendUnlessFailed(chunk, heldUntilMs));
    if (this.#isFull || this.#waitingBytes <= MOST_WAITING_BYTES) return;
    this.#isFull = true;
    this.#onFull();
  }

  /** Resolves when every chunk pushed so far was sent, or when sending failed (reported through `onFailure`). */
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

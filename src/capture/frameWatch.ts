/**
 * Follows the frames of a screen track and keeps the newest, for screenshots. A hidden page gets no animation frames and
 * no video-frame callbacks, so the track itself is read.
 */
export class FrameWatch {
  #latest: VideoFrame | null = null;
  #waiting: (() => void)[] = [];

  /** Reads until the track ends. Rejects when reading fails. */
  async follow(frames: ReadableStream<VideoFrame>): Promise<void> {
    const reader = frames.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      this.#take(value);
    }
  }

  /** What the screen shows now, waiting for the first frame. To be drawn at once and not closed by the caller. */
  async newest(): Promise<VideoFrame> {
    while (this.#latest === null) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.#latest;
  }

  /** What was seen until now does not count as what the screen shows. */
  forget(): void {
    this.#latest?.close();
    this.#latest = null;
  }

  close(): void {
    this.forget();
  }

  #take(frame: VideoFrame): void {
    this.#latest?.close();
    this.#latest = frame;
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

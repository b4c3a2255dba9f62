/**
 * Follows the frames of a screen track and keeps the newest one for screenshots. It reads the track, because a hidden
 * page gets no animation frames and no video-frame callbacks.
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

  /** The screen's current frame; waits for the first one. The caller must draw it at once and must not close it. */
  async newest(): Promise<VideoFrame> {
    while (this.#latest === null) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.#latest;
  }

  /** Drops the current frame, so that it does not count as the screen's content. */
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

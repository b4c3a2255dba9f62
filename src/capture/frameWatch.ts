import { ClockMapping } from '../shared/clockMapping';

export type SeenFrame = { ageMs: number; ptsUs: number };

type Noted = { readUs: number; timestampUs: number };

/**
 * Follows the frames of a screen track: keeps the newest for screenshots and remembers when each was captured, by the
 * frame's own time: Chromium takes it from its monotonic clock when the system gave the picture. When it is read here
 * says less, for this page may be busy.
 * A hidden page gets no animation frames and no video-frame callbacks, so the track itself is read.
 */
export class FrameWatch {
  #latest: VideoFrame | null = null;
  #noted: Noted[] = [];
  #baseUs: number | null = null;
  #isNoting = false;
  #waiting: (() => void)[] = [];
  readonly #captureClock = new ClockMapping();
  readonly #nowMs: () => number;

  /** @param nowMs `performance.now` */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Reads until the track ends. Rejects when reading fails. */
  async follow(frames: ReadableStream<VideoFrame>): Promise<void> {
    const reader = frames.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      this.#take(value);
    }
  }

  /** The next frame is the segment's first: presentation times count from it. */
  beginSegment(): void {
    this.#isNoting = true;
    this.#baseUs = null;
    this.#noted = [];
  }

  /** In a pause frames are looked at, for screenshots, and not remembered. */
  endSegment(): void {
    this.#isNoting = false;
    this.#noted = [];
  }

  /** Frames since the last call, oldest first. `ptsUs` counts from the segment's first frame. */
  drain(): SeenFrame[] {
    const nowUs = this.#nowMs() * 1000;
    const seen = this.#noted.map(({ readUs, timestampUs }) => ({
      // By what is known now: the very first may have been read latest.
      ageMs: (nowUs - this.#captureClock.ours(timestampUs, readUs)) / 1000,
      ptsUs: Math.round(timestampUs - (this.#baseUs ?? timestampUs)),
    }));
    this.#noted = [];
    return seen;
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
    const readUs = this.#nowMs() * 1000;
    this.#captureClock.note(frame.timestamp, readUs);
    if (this.#isNoting) {
      this.#baseUs ??= frame.timestamp;
      this.#noted.push({ readUs, timestampUs: frame.timestamp });
    }
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

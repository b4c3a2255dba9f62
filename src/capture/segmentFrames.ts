import type { ClockMapping } from '../shared/clockMapping';
import type { PictureSize } from '../shared/pictureSize';

export type SeenFrame = { ageMs: number; ptsUs: number };

type Noted = { readUs: number; timestampUs: number };

/**
 * A frame of another size than the previous one, captured `ageMs` ago. @returns whether the segment continues with it
 */
export type SizeWatch = (ageMs: number) => boolean;

/**
 * Records when each frame of one segment was captured, from the frame's own timestamp: Chromium takes it from its
 * monotonic clock when the system delivers the picture. The time of reading is less precise, because this page may be
 * busy.
 */
export class SegmentFrames {
  #noted: Noted[] = [];
  #firstUs: number | null = null;
  #isOver = false;
  /** Capture times of frames that may not be on disk yet, oldest first, from those of the last `drain` on. */
  #unstoredMs: number[] = [];
  #storedUntilMs = -Infinity;
  /** The newest frame's size, as `width x height`. */
  #size: string | null = null;
  readonly #firstSize = Promise.withResolvers<PictureSize>();
  readonly #reader: ReadableStreamDefaultReader<VideoFrame>;
  readonly #captureClock: ClockMapping;
  readonly #nowMs: () => number;
  readonly #onSizeChange: SizeWatch;

  /**
   * @param frames of a processor created together with the segment's recorder: both begin with the same frame, from
   *   which presentation times count. An older processor has queued frames that the recorder never gets.
   * @param nowMs `performance.now`
   */
  constructor(
    frames: ReadableStream<VideoFrame>,
    captureClock: ClockMapping,
    nowMs: () => number,
    onSizeChange: SizeWatch = () => true,
  ) {
    this.#reader = frames.getReader();
    this.#captureClock = captureClock;
    this.#nowMs = nowMs;
    this.#onSizeChange = onSizeChange;
  }

  /** Resolves with the first frame. */
  get firstSize(): Promise<PictureSize> {
    return this.#firstSize.promise;
  }

  /** Resolves when the track or the segment ends. Rejects when reading fails. */
  async follow(): Promise<void> {
    for (;;) {
      const { done, value } = await this.#reader.read();
      if (done) return;
      if (!this.#isOver && this.#keepsSize(value)) this.#note(value.timestamp);
      value.close();
      if (this.#isOver) return this.#reader.cancel();
    }
  }

  /** Frames since the last call, oldest first. `ptsUs` counts from the segment's first frame. */
  drain(): SeenFrame[] {
    const nowMs = this.#nowMs();
    return this.#noted.splice(0).map(({ readUs, timestampUs }) => {
      // Uses the current clock offset: the very first frame may have been read with the longest delay.
      const capturedMs = this.#captureClock.ours(timestampUs, readUs) / 1000;
      this.#unstoredMs.push(capturedMs);
      return {
        ageMs: nowMs - capturedMs,
        ptsUs: Math.round(timestampUs - (this.#firstUs ?? timestampUs)),
      };
    });
  }

  /** Everything captured until then is on disk. */
  stored(untilMs: number): void {
    this.#storedUntilMs = untilMs;
  }

  /** The age of the oldest reported frame that may not be on disk yet; undefined: none. */
  waitingMs(): number | undefined {
    this.#unstoredMs = this.#unstoredMs.filter((capturedMs) => capturedMs > this.#storedUntilMs);
    const [oldestMs] = this.#unstoredMs;
    return oldestMs === undefined ? undefined : this.#nowMs() - oldestMs;
  }

  /**
   * Stops recording frames. The stream is cancelled at the next frame, when no read is pending. Cancelling during a
   * read would leave that frame in Chromium's count of frames in use until garbage collection. With five of them (half
   * of the capture's pool) no reader of the screen gets more frames, while the recorder continues.
   */
  end(): void {
    this.#isOver = true;
  }

  /** A frame of another size is recorded only if the segment's file can contain it. */
  #keepsSize({ displayWidth, displayHeight, timestamp }: VideoFrame): boolean {
    this.#firstSize.resolve({ width: displayWidth, height: displayHeight });
    const size = `${displayWidth} x ${displayHeight}`;
    const isSame = this.#size === null || this.#size === size;
    this.#size = size;
    if (isSame) return true;
    const readUs = this.#nowMs() * 1000;
    return this.#onSizeChange((readUs - this.#captureClock.ours(timestamp, readUs)) / 1000);
  }

  #note(timestampUs: number): void {
    const readUs = this.#nowMs() * 1000;
    this.#firstUs ??= timestampUs;
    this.#captureClock.note(timestampUs, readUs);
    this.#noted.push({ readUs, timestampUs });
  }
}

import type { ClockMapping } from '../shared/clockMapping';
import type { PictureSize } from '../shared/pictureSize';

export type SeenFrame = { ageMs: number; ptsUs: number };

type Noted = { readUs: number; timestampUs: number };

/** A frame of another size than the one before it, captured `ageMs` ago. @returns whether the segment goes on with it */
export type SizeWatch = (ageMs: number) => boolean;

/**
 * Notes when each frame of one segment was captured, by the frame's own time: Chromium takes it from its monotonic clock
 * when the system gave the picture. When it is read here says less, for this page may be busy.
 */
export class SegmentFrames {
  #noted: Noted[] = [];
  #firstUs: number | null = null;
  #isOver = false;
  /** When each frame was captured that is not certainly on the disk, oldest first; those of the last call of `drain` on. */
  #unstoredMs: number[] = [];
  #storedUntilMs = -Infinity;
  /** The newest frame's, as `width x height`. */
  #size: string | null = null;
  readonly #firstSize = Promise.withResolvers<PictureSize>();
  readonly #reader: ReadableStreamDefaultReader<VideoFrame>;
  readonly #captureClock: ClockMapping;
  readonly #nowMs: () => number;
  readonly #onSizeChange: SizeWatch;

  /**
   * @param frames of a processor made together with the segment's recorder: both begin with the same frame, from which
   *   presentation times count. One that was there before has frames on their way that the recorder never gets.
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
      // By what is known now: the very first may have been read latest.
      const capturedMs = this.#captureClock.ours(timestampUs, readUs) / 1000;
      this.#unstoredMs.push(capturedMs);
      return {
        ageMs: nowMs - capturedMs,
        ptsUs: Math.round(timestampUs - (this.#firstUs ?? timestampUs)),
      };
    });
  }

  /** All that was captured until then is on the disk. */
  stored(untilMs: number): void {
    this.#storedUntilMs = untilMs;
  }

  /** How long ago the oldest of the frames told of was captured that is not certainly on the disk; undefined: none. */
  waitingMs(): number | undefined {
    this.#unstoredMs = this.#unstoredMs.filter((capturedMs) => capturedMs > this.#storedUntilMs);
    const [oldestMs] = this.#unstoredMs;
    return oldestMs === undefined ? undefined : this.#nowMs() - oldestMs;
  }

  /**
   * From now on nothing is noted. The stream is let go with the next frame, when no read is under way: cancelled with one
   * on its way, that frame would stay in Chromium's count of those that are out until memory is tidied up, and with five
   * of them (half of the capture's pool) no reader of the screen gets any more, while the recorder goes on.
   */
  end(): void {
    this.#isOver = true;
  }

  /** A frame of another size is noted only where the segment's file can hold it. */
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

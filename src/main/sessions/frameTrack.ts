import type { Frame } from '../../shared/session';
import { FramePoints, type FramePoint } from '../../shared/playback/timeMap';

/** Less than a third of a frame at 30 frames a second, so that playback is never a frame off. */
const TOLERANCE_US = 5000;
/** Containers round times to their own clock (WebM: milliseconds); this offset is still inside the frame. */
const INSIDE_US = 5000;

/** The position of the frame on screen at some instant: a segment's file, and a time inside that frame. */
export type FramePlace = { file: string; atUs: number };

export type SegmentFrames = { fromUs: number; lastUs: number; points: FramePoint[] };

/** Reads the frames of a session along with its steps: both are in order of time, and neither is held in memory. */
export class FrameTrack {
  readonly #frames: AsyncIterator<Frame>;
  readonly #segments = new Map<string, { fromUs: number; lastUs: number; points: FramePoints }>();
  #current: Frame | null = null;
  #next: Frame | null = null;
  #begun = false;

  constructor(frames: AsyncIterable<Frame>) {
    this.#frames = frames[Symbol.asyncIterator]();
  }

  /**
   * The frame on screen at `tUs`, or the first frame if `tUs` is before it; null without frames. `tUs` must never
   * decrease.
   */
  async at(tUs: number): Promise<FramePlace | null> {
    if (!this.#begun) await this.#advance();
    this.#begun = true;
    while (this.#next !== null && (this.#current === null || this.#next.tUs <= tUs)) await this.#advance();
    const frame = this.#current;
    if (frame === null) return null;
    const after = this.#next;
    const lengthUs = after?.segment === frame.segment ? after.ptsUs - frame.ptsUs : 2 * INSIDE_US;
    return { file: frame.segment, atUs: frame.ptsUs + Math.max(0, Math.min(INSIDE_US, lengthUs / 2)) };
  }

  /** The first and last frame times by segment file. Reads to the end. */
  async segments(): Promise<Map<string, SegmentFrames>> {
    await this.at(Infinity);
    return new Map(
      [...this.#segments].map(([file, seen]) => [file, { ...seen, points: seen.points.points() }]),
    );
  }

  /** Closes the file. Call nothing after this. */
  async close(): Promise<void> {
    await this.#frames.return?.();
  }

  async #advance(): Promise<void> {
    this.#current = this.#next;
    const { done, value } = await this.#frames.next();
    this.#next = done ? null : value;
    if (this.#next !== null) this.#note(this.#next);
  }

  #note({ segment, tUs, ptsUs }: Frame): void {
    const seen = this.#segments.get(segment) ?? {
      ...{ fromUs: tUs, lastUs: tUs },
      points: new FramePoints(TOLERANCE_US),
    };
    seen.lastUs = tUs;
    seen.points.add({ tUs, ptsUs });
    this.#segments.set(segment, seen);
  }
}

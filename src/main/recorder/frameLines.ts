import { ClockMapping } from '../../shared/clockMapping';
import type { CaptureReport, ChunkEnd } from '../../shared/recording';
import type { Frame } from '../../shared/session';
import type { RecordingHeader } from './recordingHeader';

type SeenFrame = Omit<Frame, 'tUs'> & { atUs: number };
type FramesReport = Extract<CaptureReport, { kind: 'frames' }>;

/** Binds the video's time to the session's: when each frame of each segment was seen. */
export class FrameLines {
  #waiting: SeenFrame[] = [];
  /** The page's own clock, which begins anew with each page. */
  #pageClock = new ClockMapping();
  /** The segment that runs. */
  #running: { segment: string; atUs: number } | null = null;
  /** The last segment of which a frame was told; that may be while its file is only being opened. */
  #told: string | null = null;
  readonly #header: Pick<RecordingHeader, 'hasBegun' | 'originUs'>;
  readonly #write: (frame: Frame) => void;

  constructor(header: Pick<RecordingHeader, 'hasBegun' | 'originUs'>, write: (frame: Frame) => void) {
    this.#header = header;
    this.#write = write;
  }

  newPage(): void {
    this.#pageClock = new ClockMapping();
  }

  /** @param atUs when its first frame was there, on the monotonic clock */
  begin(segment: string, atUs: number): void {
    this.#running = { segment, atUs };
  }

  /**
   * Until when a chunk that has just come holds the picture, on the monotonic clock. As with frames it is reckoned from
   * when it was sent: how long it was on its way changes, the clocks' distance does not.
   */
  heldUntilUs({ sentAtMs, ageMs }: ChunkEnd, nowUs: number): number {
    return this.#pageClock.map(sentAtMs * 1000, nowUs) - ageMs * 1000;
  }

  /** @returns when the report was sent, on the monotonic clock */
  take(segment: string | null, { sentAtMs, frames }: FramesReport, nowUs: number): number {
    const sentUs = this.#pageClock.map(sentAtMs * 1000, nowUs);
    if (segment === null) return sentUs;
    for (const { ageMs, ptsUs } of frames)
      this.#waiting.push({ segment, ptsUs, atUs: Math.round(sentUs - ageMs * 1000) });
    if (frames.length > 0) this.#told = segment;
    this.#writeWhatMay();
    return sentUs;
  }

  /**
   * A page may die before it told of any frame: a segment is then bound by the time of its start, a little late, for
   * without a line nobody could say when its video was.
   * @returns whether it came to that
   */
  end(): boolean {
    const running = this.#running;
    this.#running = null;
    if (running === null || running.segment === this.#told) return false;
    this.#waiting.push({ ...running, ptsUs: 0 });
    this.#writeWhatMay();
    return true;
  }

  /** Frames may come before the rest of the recording stands, and with it the zero that their times count from. */
  #writeWhatMay(): void {
    const { hasBegun, originUs } = this.#header;
    if (!hasBegun) return;
    for (const { atUs, ...frame } of this.#waiting.splice(0)) this.#write({ ...frame, tUs: atUs - originUs });
  }
}

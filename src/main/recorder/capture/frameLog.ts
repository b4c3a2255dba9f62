import { ClockMapping } from '../../../shared/clockMapping';
import type { CaptureReport, ChunkEnd } from '../../../shared/recording';
import type { Frame } from '../../../shared/session';
import type { RecordingHeader } from '../recordingHeader';

type SeenFrame = Omit<Frame, 'tUs'> & { atUs: number };
type FramesReport = Extract<CaptureReport, { kind: 'frames' }>;

/** Binds the video's time to the session's: when each frame of each segment was seen. */
export class FrameLog {
  private waiting: SeenFrame[] = [];
  /** Frames of a segment whose file is still being opened. Nothing may name that file before it exists. */
  private early: Omit<SeenFrame, 'segment'>[] = [];
  /** The page's own clock, which begins anew with each page. */
  private pageClock = new ClockMapping();
  /** The segment that runs. */
  private running: { segment: string; atUs: number } | null = null;
  /** The last segment that has a frame. */
  private told: string | null = null;
  private readonly header: Pick<RecordingHeader, 'hasBegun' | 'originUs'>;
  private readonly write: (frame: Frame) => void;

  constructor(header: Pick<RecordingHeader, 'hasBegun' | 'originUs'>, write: (frame: Frame) => void) {
    this.header = header;
    this.write = write;
  }

  newPage(): void {
    this.pageClock = new ClockMapping();
  }

  /**
   * The segment's file is open.
   * @param segment the file, relative to the session's folder
   * @param atUs when its first frame was there, on the monotonic clock
   */
  begin(segment: string, atUs: number): void {
    this.running = { segment, atUs };
    const early = this.early.splice(0);
    if (early.length > 0) this.tell(segment, early);
  }

  /** The segment's file could not be opened: its frames are dropped. */
  neverBegan(): void {
    this.early = [];
  }

  /**
   * Until when a chunk that has just come holds the picture, on the monotonic clock. As with frames it is reckoned from
   * when it was sent: how long it was on its way changes, the clocks' distance does not.
   */
  heldUntilUs({ sentAtMs, ageMs }: ChunkEnd, nowUs: number): number {
    return this.pageClock.map(sentAtMs * 1000, nowUs) - ageMs * 1000;
  }

  /**
   * @param isWanted false when no segment runs or is being started
   * @returns when the report was sent, on the monotonic clock
   */
  take(isWanted: boolean, { sentAtMs, frames }: FramesReport, nowUs: number): number {
    const sentUs = this.pageClock.map(sentAtMs * 1000, nowUs);
    if (!isWanted || frames.length === 0) return sentUs;
    const seen = frames.map(({ ageMs, ptsUs }) => ({ ptsUs, atUs: Math.round(sentUs - ageMs * 1000) }));
    if (this.running === null) {
      this.early = this.early.concat(seen);
      return sentUs;
    }
    this.tell(this.running.segment, seen);
    return sentUs;
  }

  /**
   * A page may die before it told of any frame: a segment is then bound by the time of its start, a little late, for
   * without a line nobody could say when its video was.
   * @returns whether it came to that
   */
  end(): boolean {
    const running = this.running;
    this.running = null;
    if (running === null || running.segment === this.told) return false;
    this.waiting.push({ ...running, ptsUs: 0 });
    this.writeWhatMay();
    return true;
  }

  private tell(segment: string, frames: Omit<SeenFrame, 'segment'>[]): void {
    for (const frame of frames) this.waiting.push({ segment, ...frame });
    this.told = segment;
    this.writeWhatMay();
  }

  /** Frames may come before the rest of the recording stands, and with it the zero that their times count from. */
  private writeWhatMay(): void {
    const { hasBegun, originUs } = this.header;
    if (!hasBegun) return;
    for (const { atUs, ...frame } of this.waiting.splice(0)) this.write({ ...frame, tUs: atUs - originUs });
  }
}

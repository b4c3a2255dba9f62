import { ClockMapping } from '../../../shared/clockMapping';
import type { CaptureReport, ChunkEnd } from '../../../shared/recording';
import type { Frame } from '../../../shared/session';
import type { RecordingHeader } from '../recordingHeader';

type SeenFrame = Omit<Frame, 'tUs'> & { atUs: number };
type FramesReport = Extract<CaptureReport, { kind: 'frames' }>;

/** Logs when each frame of each segment was captured, which maps video time to session time. */
export class FrameLog {
  private waiting: SeenFrame[] = [];
  /** Frames of a segment whose file is still being opened: no line may name a file before it exists. */
  private early: Omit<SeenFrame, 'segment'>[] = [];
  /** Each page has its own clock. */
  private pageClock = new ClockMapping();
  private running: { segment: string; atUs: number } | null = null;
  /** The last segment with a logged frame. */
  private told: string | null = null;

  constructor(
    private readonly header: Pick<RecordingHeader, 'hasBegun' | 'originUs'>,
    private readonly write: (frame: Frame) => void,
  ) {}

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
   * The end of the picture in a chunk that just arrived, on the monotonic clock. Counted from the time it was sent,
   * because delivery times vary and the offset between the clocks does not.
   */
  heldUntilUs({ sentAtMs, ageMs }: ChunkEnd, nowUs: number): number {
    return this.pageClock.map(sentAtMs * 1000, nowUs) - ageMs * 1000;
  }

  /**
   * @param isWanted false when no segment is running or starting
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
   * If the page died before it reported a frame, logs the segment's start, a little late: without any line, its video
   * would have no place in the session.
   * @returns whether that was necessary
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

  /** Frames may arrive before the recording's time origin is set; they wait until then. */
  private writeWhatMay(): void {
    const { hasBegun, originUs } = this.header;
    if (!hasBegun) return;
    for (const { atUs, ...frame } of this.waiting.splice(0)) this.write({ ...frame, tUs: atUs - originUs });
  }
}

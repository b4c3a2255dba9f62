import type { Action } from '../../../shared/session';
import type { Clock } from '../../../shared/runtime';
import type { VideoTrack } from '../capture/videoTrack';

/** Frames from before the end of a redaction may still be in the capture pipeline for this long. */
const SETTLE_MS = 250;

export type RedactionParts = {
  clock: Clock;
  video: Pick<VideoTrack, 'blank' | 'reveal'>;
  /** The session's zero on the monotonic clock. */
  originUs: () => number;
  /** Writes the event to the disk at once: a crash must not lose it. */
  record: (action: Action) => void;
  /** A redaction began or ended at this time (monotonic clock). */
  onChange: (atUs: number) => void;
};

/**
 * Hides what happens between `start` and `end`. From the start on, chunks that were not handed over yet are refused,
 * and a black segment takes over.
 */
export class Redaction {
  /** Oldest first, on the monotonic clock. An open range ends at Infinity. */
  private readonly ranges: { fromUs: number; untilUs: number }[] = [];
  private isWanted = false;

  constructor(private readonly parts: RedactionParts) {}

  get isOn(): boolean {
    return this.open !== undefined;
  }

  /** Whether `tUs`, on the session's clock, lies in a redaction. */
  hides(tUs: number): boolean {
    const atUs = tUs + this.parts.originUs();
    return this.ranges.some(({ fromUs, untilUs }) => atUs >= fromUs && atUs <= untilUs);
  }

  /** Takes effect before it returns. */
  start(): void {
    this.isWanted = true;
    if (this.isOn) return;
    const { clock, video, onChange } = this.parts;
    const fromUs = clock.monotonicUs();
    this.ranges.push({ fromUs, untilUs: Infinity });
    video.blank();
    this.tell(fromUs, fromUs);
    onChange(fromUs);
  }

  /** Resolves when the picture is recorded again. */
  async end(): Promise<void> {
    this.isWanted = false;
    await this.settle();
    // It was started again meanwhile, or the recording ended.
    if (this.isWanted || !this.isOn) return;
    const atUs = this.parts.clock.monotonicUs();
    this.close(atUs);
    this.parts.onChange(atUs);
    await this.parts.video.reveal();
  }

  /** Ends an open redaction at this time. */
  close(atUs: number): void {
    const open = this.open;
    if (open === undefined) return;
    open.untilUs = atUs;
    this.tell(open.fromUs, atUs);
  }

  private get open() {
    return this.ranges.findLast(({ untilUs }) => untilUs === Infinity);
  }

  private tell(fromUs: number, untilUs: number): void {
    const { originUs, record } = this.parts;
    record({ type: 'redaction', tUs: untilUs - originUs(), fromUs: fromUs - originUs() });
  }

  private settle(): Promise<void> {
    return new Promise((resolve) => void this.parts.clock.setTimeout(resolve, SETTLE_MS));
  }
}

import type { Clock, Timer } from '../../../shared/runtime';

const FRESH_US = 2_000_000;
/** What the page may have seen and not told of yet, or gathers from key frame to key frame, and takes along when it dies. */
const CHUNK_US = 1_250_000;
/**
 * An encoder that gets frames gives something from key frame to key frame, which is each second. One that gives nothing for
 * this long, and of so many frames, has stopped; less than what counts as lasting (`RestartBackoff`), so that one that
 * stops again and again is given up.
 */
const ENCODER_US = 8_000_000;
const ENCODER_FRAMES = 30;

/**
 * Whether the picture still arrives. A screen where nothing moves may give no frames, so silence alone proves
 * nothing: the capture page's beat says that the track lives, and the pointer, which is drawn into a recorded
 * screen, says that there is something to see.
 */
export class PictureMonitor {
  private beatUs = 0;
  private frameUs = 0;
  private motionUs = 0;
  private keptUs = 0;
  /** Until when nothing waits to be written, by the last beat. */
  private settledUs = 0;
  /** Frames of which nothing has come to main yet. */
  private unkept: { fromUs: number; frames: number } | null = null;

  begin(nowUs: number): void {
    this.unkept = null;
    this.beatUs = this.frameUs = this.motionUs = this.keptUs = this.settledUs = nowUs;
  }

  /**
   * @param frames how many were seen since the last beat
   * @param waitingFromUs when the oldest frame was captured that is not certainly in its file; `sentUs` where none waits
   */
  beat(
    nowUs: number,
    { sentUs, frames, waitingFromUs }: { sentUs: number; frames: number; waitingFromUs: number },
  ): void {
    this.beatUs = nowUs;
    this.settledUs = Math.min(sentUs - CHUNK_US, waitingFromUs);
    if (frames === 0) return;
    this.frameUs = nowUs;
    this.unkept ??= { fromUs: nowUs, frames: 0 };
    this.unkept.frames += frames;
  }

  /** A chunk is in its file that holds the picture until then: captured until then, however late it was written. */
  kept(untilUs: number): void {
    this.keptUs = Math.max(this.keptUs, untilUs);
    this.unkept = null;
  }

  /** Since when there are frames and no video of them, once that is more than a matter of waiting; else null. */
  encoderStoppedUs(nowUs: number): number | null {
    const { fromUs, frames } = this.unkept ?? { fromUs: nowUs, frames: 0 };
    return nowUs - fromUs > ENCODER_US && frames > ENCODER_FRAMES ? fromUs : null;
  }

  /** The pointer moved where it is certainly drawn into the picture. */
  motion(atUs: number): void {
    this.motionUs = Math.max(this.motionUs, atUs);
  }

  arrives(nowUs: number): boolean {
    if (nowUs - this.beatUs > FRESH_US) return false;
    return this.motionUs - this.frameUs <= FRESH_US;
  }

  /**
   * Until when the picture is certainly in its file. Where nothing moves no chunk comes, but the beat does, and tells
   * whether what was seen before is in the file.
   */
  get lastKeptUs(): number {
    return Math.max(this.keptUs, this.settledUs);
  }
}

const CHECK_MS = 500;
/** Counted in our own ticks, not in time: after a sleep of the machine what beats is late, not dead. */
const SILENT_CHECKS = 3;

/** Notices within 2 s when something falls silent that beats every quarter of a second. */
export class HeartbeatMonitor {
  private timer: Timer | null = null;
  private silentChecks = 0;
  private readonly clock: Clock;
  private readonly onSilent: () => void;

  /** @param onSilent called once for each `begin` */
  constructor(clock: Clock, onSilent: () => void) {
    this.clock = clock;
    this.onSilent = onSilent;
  }

  begin(): void {
    this.end();
    this.silentChecks = 0;
    this.checkLater();
  }

  beat(): void {
    this.silentChecks = 0;
  }

  end(): void {
    if (this.timer !== null) this.clock.clearTimeout(this.timer);
    this.timer = null;
  }

  private checkLater(): void {
    this.timer = this.clock.setTimeout(() => this.check(), CHECK_MS);
  }

  private check(): void {
    this.timer = null;
    this.silentChecks += 1;
    if (this.silentChecks > SILENT_CHECKS) this.onSilent();
    else this.checkLater();
  }
}

/** What lasted this long and then ended is in a new trouble, not in the same one again. */
const LASTING_US = 10_000_000;
const RESTARTS_IN_A_ROW = 5;

/** When to start something again that broke off: at once, then ever later, and no more when nothing comes of it. */
export class RestartBackoff {
  private begunUs = 0;
  private inARow = 0;

  begun(nowUs: number): void {
    this.begunUs = nowUs;
  }

  /** It broke off. @returns how many milliseconds to wait before the next start; null: it is to be given up */
  brokeOff(nowUs: number): number | null {
    if (nowUs - this.begunUs >= LASTING_US) this.inARow = 0;
    // A start that fails after a long while has lasted for nothing.
    this.begunUs = Infinity;
    this.inARow += 1;
    if (this.inARow > RESTARTS_IN_A_ROW) return null;
    return this.inARow === 1 ? 0 : 1000 * 2 ** (this.inARow - 2);
  }
}

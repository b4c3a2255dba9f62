import type { Clock, Timer } from '../../../shared/runtime';

const FRESH_US = 2_000_000;
/** Up to this much video may still be in the page, unreported or waiting for a key frame, and is lost when the page dies. */
const CHUNK_US = 1_250_000;
/**
 * A working encoder emits at least every second. One that got `ENCODER_FRAMES` and emitted nothing for this long has
 * stopped. Shorter than `LASTING_US`, so that an encoder that keeps stopping is given up.
 */
const ENCODER_US = 8_000_000;
const ENCODER_FRAMES = 30;

/**
 * Tells whether the picture still arrives. A still screen may give no frames, so silence alone proves nothing: the
 * page's heartbeat shows that the track lives, and pointer motion shows that there should be new frames.
 */
export class PictureMonitor {
  private beatUs = 0;
  private frameUs = 0;
  private motionUs = 0;
  private keptUs = 0;
  /** Everything captured before this time had been written at the last heartbeat. */
  private settledUs = 0;
  /** Frames that were captured and have not reached main as video. */
  private unkept: { fromUs: number; frames: number } | null = null;

  begin(nowUs: number): void {
    this.unkept = null;
    this.beatUs = this.frameUs = this.motionUs = this.keptUs = this.settledUs = nowUs;
  }

  /**
   * @param frames how many were seen since the last beat
   * @param waitingFromUs capture time of the oldest frame that may not be in its file yet; `sentUs` if there is none
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

  /** A chunk was written that holds the picture captured until `untilUs`. */
  kept(untilUs: number): void {
    this.keptUs = Math.max(this.keptUs, untilUs);
    this.unkept = null;
  }

  /** Since when the encoder has emitted nothing; null while it may only be slow. */
  encoderStoppedUs(nowUs: number): number | null {
    const { fromUs, frames } = this.unkept ?? { fromUs: nowUs, frames: 0 };
    return nowUs - fromUs > ENCODER_US && frames > ENCODER_FRAMES ? fromUs : null;
  }

  /** The pointer moved on a screen that is being recorded. */
  motion(atUs: number): void {
    this.motionUs = Math.max(this.motionUs, atUs);
  }

  arrives(nowUs: number): boolean {
    if (nowUs - this.beatUs > FRESH_US) return false;
    return this.motionUs - this.frameUs <= FRESH_US;
  }

  /**
   * The picture is certainly in its file until this time. A still screen sends no chunks; its heartbeats still say what
   * has been written.
   */
  get lastKeptUs(): number {
    return Math.max(this.keptUs, this.settledUs);
  }
}

const CHECK_MS = 500;
/** Counted in checks, not in time: after the machine slept, a heartbeat is late and nothing is wrong. */
const SILENT_CHECKS = 3;

/** Notices within 2 s that a heartbeat of four per second has stopped. */
export class HeartbeatMonitor {
  private timer: Timer | null = null;
  private silentChecks = 0;

  /** @param onSilent called at most once after each `begin` */
  constructor(
    private readonly clock: Clock,
    private readonly onSilent: () => void,
  ) {}

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

/** A run that lasted this long before it failed counts as a new problem. */
const LASTING_US = 10_000_000;
const RESTARTS_IN_A_ROW = 5;

/** Decides when to restart: at once, then with growing delays, and never again after too many failures in a row. */
export class RestartBackoff {
  private begunUs = 0;
  private inARow = 0;

  begun(nowUs: number): void {
    this.begunUs = nowUs;
  }

  /** @returns the delay before the next start in milliseconds; null to give up */
  brokeOff(nowUs: number): number | null {
    if (nowUs - this.begunUs >= LASTING_US) this.inARow = 0;
    // A slow start that fails must not count as a long run.
    this.begunUs = Infinity;
    this.inARow += 1;
    if (this.inARow > RESTARTS_IN_A_ROW) return null;
    return this.inARow === 1 ? 0 : 1000 * 2 ** (this.inARow - 2);
  }
}

import type { AppError } from '../../../shared/appError';
import type { PictureSize } from '../../../shared/pictureSize';
import type { CaptureReport, ChunkEnd } from '../../../shared/recording';
import type { Clock, Logger, Random, ReportNotice, Timer } from '../../../shared/runtime';
import type { Windows } from '../../platformPort';
import type { Mutex } from '../mutex';
import { diskTooSlow, errorOf, pictureLost, pictureScaled } from '../recorderErrors';
import type { RecordingHeader } from '../recordingHeader';
import type { SessionFiles } from '../sessionFiles';
import { CaptureClient, type StartedSegment } from './captureClient';
import { CHOICE_GIVEN_UP, isRetryable, noSound } from './captureErrors';
import { HeartbeatMonitor, PictureMonitor, RestartBackoff } from './captureHealth';
import type { CaptureTarget } from './captureTarget';
import { FrameLog } from './frameLog';
import { SegmentSlot } from './segmentSlot';

/**
 * A screen of another size is first seen in the picture. The system tells of the new arrangement a moment later, and that
 * begins a segment too, so it is waited for.
 */
const DISPLAYS_TOLD_MS = 1000;

export type VideoTrackParts = {
  windows: Pick<Windows, 'openCapture' | 'closeCapture' | 'killCapture' | 'captureGrant' | 'broadcast'>;
  clock: Clock;
  random: Random;
  log: Logger;
  report: ReportNotice;
  target: Pick<CaptureTarget, 'find' | 'isScreen'>;
  /** Whether sound was asked for. Without it the picture is recorded all the same. */
  microphone: boolean;
  header: RecordingHeader;
  files: () => SessionFiles | null;
  saveHeader: () => Promise<void>;
  /** Orders this track's own work among the recording's. */
  mutex: Mutex;
  /** Picture or sound is missing between the two times (monotonic clock). */
  onGap: (what: 'video' | 'microphone', fromUs: number, toUs: number) => void;
  /** The size of the video that was shown before the recording, where the picture is made smaller. */
  foretoldSize: PictureSize | undefined;
  /** The picture could not be brought back. */
  onLost: (error: AppError) => void;
};

/** The picture of a recording, segment by segment, and the sound in it: goes on in a new segment when one breaks off. */
export class VideoTrack {
  readonly capture: CaptureClient;
  readonly picture = new PictureMonitor();
  private readonly segment: SegmentSlot;
  private readonly backoff = new RestartBackoff();
  private readonly heartbeat: HeartbeatMonitor;
  private readonly frameLog: FrameLog;
  private isWanted = false;
  private isEnding = false;
  private isBlanked = false;
  private isRevealing = false;
  private scalingIsTold = false;
  private restartTimer: Timer | null = null;
  /** Since when the picture is missing, on the monotonic clock; null while it is recorded. */
  private missingFromUs: number | null = null;

  constructor(private readonly parts: VideoTrackParts) {
    this.capture = new CaptureClient({
      windows: parts.windows,
      clock: parts.clock,
      random: parts.random,
      onFrames: (report) => this.frames(report),
      onBroken: (error, ageMs) => this.brokeOff(error, ageMs),
      onEnded: (ageMs) => this.endedByItself(ageMs),
      onMicrophoneLost: () => this.microphoneLost(),
    });
    this.heartbeat = new HeartbeatMonitor(parts.clock, () => this.hangs('it does not answer'));
    this.segment = new SegmentSlot(this.capture, parts.random);
    this.frameLog = new FrameLog(parts.header, (frame) => parts.files()?.frame(frame));
  }

  /** Begins a segment. Rejects with an AppFailure; the next start then gets a fresh page. */
  async start(): Promise<void> {
    // It may break off before its header is written.
    this.isWanted = true;
    this.picture.begin(this.nowUs());
    try {
      await this.begin();
    } catch (error) {
      this.isWanted = false;
      throw error;
    }
  }

  /**
   * Ends the segment, whatever has become of its page. Rejects only when the disk refused.
   * @param atUs when the picture ended to be wanted, on the monotonic clock
   */
  async stop(atUs: number): Promise<void> {
    this.isWanted = false;
    this.restartNoMore();
    await this.end();
    this.tellMissing(atUs);
  }

  /** From now on nothing is started again. */
  endSoon(): void {
    this.isEnding = true;
    this.restartNoMore();
    this.capture.giveUpChoice();
  }

  /** Whether the page shows black, or may do so, instead of the source. */
  get isBlank(): boolean {
    return this.isBlanked || this.isRevealing;
  }

  /** Whether the picture comes: not from a page that died until another one gives it, however lately it told of frames. */
  arrives(nowUs: number): boolean {
    return this.missingFromUs === null && this.picture.arrives(nowUs);
  }

  /** From this instant nothing more of the running segment is taken, and a black and silent one follows. */
  blank(): void {
    this.isBlanked = true;
    if (this.isWanted) this.missingFromUs ??= this.picture.lastKeptUs;
    // One that a resume is only just starting would show the source as well.
    else if (!this.segment.running) return;
    this.heartbeat.end();
    this.segment.abandon();
    void this.renew();
  }

  /** Goes on in a segment that shows the source again. Resolves when it has begun, or has failed as any other does. */
  async reveal(): Promise<void> {
    this.isBlanked = false;
    this.isRevealing = true;
    await this.renew();
    this.isRevealing = false;
  }

  /** Goes on in a new segment, because what is recorded changed its form. */
  renew(): Promise<void> {
    const { mutex } = this.parts;
    const renewed = mutex.run(async () => {
      if (!this.isWanted || this.isEnding) return;
      await this.end();
      await this.begin();
    });
    return renewed.catch((error: unknown) => this.brokeOff(errorOf(error)));
  }

  /** Resolves when it is stored. */
  async chunk(token: string, bytes: Uint8Array, end: ChunkEnd): Promise<void> {
    // Read now, for the file may keep it waiting; and never of a page that is gone, whose clock was another.
    const untilUs = this.segment.takes(token) ? this.frameLog.heldUntilUs(end, this.nowUs()) : 0;
    await this.segment.opened(token);
    await this.capture.storing(this.parts.files()?.chunk(bytes));
    this.picture.kept(untilUs);
  }

  private async begin(): Promise<void> {
    const { target, microphone, header, saveHeader } = this.parts;
    try {
      if (!this.capture.isOpen) await this.open(await target.find());
      // Asked now: a redaction may have begun while the page was opened.
      const how = { microphone, blank: this.isBlanked };
      const started = await this.segment.start(how, (name) => this.files().openSegment(name));
      header.noteSegment(started);
      this.tellScaling(started);
      this.frameLog.begin(`video/${started.file}`, this.nowUs());
      if (microphone) this.noteSound(started);
    } catch (error) {
      // Whatever the page is doing by now, nobody wants it.
      this.capture.close();
      this.frameLog.neverBegan();
      throw error;
    }
    const begunUs = this.nowUs();
    this.backoff.begun(begunUs);
    this.heartbeat.begin();
    // Where a gap ends the picture begins: what the page sees while the header is being written is not on the disk yet.
    if (this.missingFromUs !== null) this.picture.begin(begunUs);
    this.tellMissing(begunUs);
    await saveHeader();
  }

  private async open(sourceId: string): Promise<void> {
    this.frameLog.newPage();
    await this.capture.open(sourceId);
  }

  private async end(): Promise<void> {
    const { files, log } = this.parts;
    this.heartbeat.end();
    try {
      await this.segment.stop();
    } catch (error) {
      // Its last chunk never came. What came before is kept.
      log.warn('segment ended without its last chunk', { error: String(error) });
      this.capture.close();
      this.missingFromUs ??= this.picture.lastKeptUs;
    } finally {
      if (this.frameLog.end()) log.warn('segment ended before any of its frames was told of');
      await files()?.closeSegment();
    }
  }

  /** The picture broke off: what is written stays, and a new segment goes on, at once or after a while. */
  private brokeOff(cause: AppError, ageMs?: number): void {
    const { clock, log, report, onLost } = this.parts;
    this.heartbeat.end();
    if (!this.isWanted) return;
    this.missingFromUs ??= ageMs === undefined ? this.picture.lastKeptUs : this.nowUs() - ageMs * 1000;
    if (cause.code === diskTooSlow.code) report('warning', cause);
    if (this.isEnding || cause.code === CHOICE_GIVEN_UP) return;
    this.restartNoMore();
    const delayMs = this.backoff.brokeOff(this.nowUs());
    log.warn('capture broke off', { code: cause.code, details: cause.details, againInMs: delayMs });
    if (delayMs === null) onLost(pictureLost(cause));
    else if (delayMs === 0) void this.restart(cause);
    else this.restartTimer = clock.setTimeout(() => void this.restart(cause), delayMs);
  }

  /** The page is well, but its segment cannot go on: what is recorded has another size, or wants another encoder. */
  private endedByItself(ageMs?: number): void {
    if (!this.isWanted || this.isEnding) return;
    this.missingFromUs ??= ageMs === undefined ? this.picture.lastKeptUs : this.nowUs() - ageMs * 1000;
    const { clock, target } = this.parts;
    const goOn = () => void (this.missingFromUs !== null && this.renew());
    if (!target.isScreen) return goOn();
    this.restartNoMore();
    this.restartTimer = clock.setTimeout(goOn, DISPLAYS_TOLD_MS);
  }

  /** Its process lives and does nothing: it would not close by itself either. */
  private hangs(how: string): void {
    const { log, windows } = this.parts;
    log.warn('capture page hangs', { how });
    windows.killCapture();
    this.capture.gone();
  }

  private restart(cause: AppError): Promise<void> {
    const { log, mutex, onLost } = this.parts;
    return mutex.run(async () => {
      // Stopped meanwhile, or renewed for another reason.
      if (!this.isWanted || this.isEnding || this.missingFromUs === null) return;
      try {
        await this.end();
        this.capture.close();
        await this.begin();
      } catch (thrown) {
        const error = errorOf(thrown);
        log.error('capture could not be started again', { code: error.code, details: error.details });
        if (isRetryable(error)) this.brokeOff(error);
        else if (error.code !== CHOICE_GIVEN_UP) onLost(pictureLost(cause));
      }
    });
  }

  private restartNoMore(): void {
    if (this.restartTimer !== null) this.parts.clock.clearTimeout(this.restartTimer);
    this.restartTimer = null;
  }

  private tellMissing(untilUs: number): void {
    // A page tells its own times in fractions of microseconds, and a line of the log with one would count as damaged.
    if (this.missingFromUs !== null) this.parts.onGap('video', Math.round(this.missingFromUs), untilUs);
    this.missingFromUs = null;
  }

  /** A new segment asks for sound again: another microphone may have taken over. */
  private microphoneLost(): void {
    const fromUs = this.nowUs();
    const { header, mutex, onGap } = this.parts;
    void this.renew();
    void mutex.run(async () => {
      if (header.hasSound) onGap('microphone', fromUs, this.nowUs());
    });
  }

  /** The size of a window, or of a screen that changes, is not known before the recording. */
  private tellScaling({ scaledFrom, width, height }: StartedSegment): void {
    const { foretoldSize, report } = this.parts;
    const isForetold = foretoldSize?.width === width && foretoldSize.height === height;
    if (scaledFrom === undefined || isForetold || this.scalingIsTold) return;
    this.scalingIsTold = true;
    report('info', pictureScaled(scaledFrom, { width, height }));
  }

  private noteSound({ microphone, microphoneProblem }: StartedSegment): void {
    const { header, report, log } = this.parts;
    if (microphone) return header.noteSound();
    const error = noSound(microphoneProblem);
    log.warn('no sound', { details: error.details });
    if (header.noteNoSound(error.message)) report('warning', error);
  }

  private frames(report: Extract<CaptureReport, { kind: 'frames' }>): void {
    const nowUs = this.nowUs();
    this.heartbeat.beat();
    const { muted, frames, waitingMs } = report;
    const sentUs = this.frameLog.take(this.segment.running, report, nowUs);
    const waitingFromUs = waitingMs === undefined ? sentUs : sentUs - waitingMs * 1000;
    // A muted track lives and gives no picture.
    if (!muted) this.picture.beat(nowUs, { sentUs, frames: frames.length, waitingFromUs });
    this.watchEncoder(nowUs);
  }

  /** The page is well, and yet there is no video: its encoder has failed, or waits for sound that does not come. */
  private watchEncoder(nowUs: number): void {
    const fromUs = this.picture.encoderStoppedUs(nowUs);
    if (fromUs === null || !this.isWanted || this.capture.isStoring) return;
    this.missingFromUs ??= Math.min(fromUs, this.picture.lastKeptUs);
    this.hangs('it gives no video');
  }

  private files(): SessionFiles {
    const files = this.parts.files();
    if (files === null) throw new Error('the recording has no open files');
    return files;
  }

  private nowUs(): number {
    return this.parts.clock.monotonicUs();
  }
}

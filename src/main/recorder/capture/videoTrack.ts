import type { AppError } from '../../../shared/appError';
import type { PictureSize } from '../../../shared/pictureSize';
import type { CaptureReport, ChunkEnd } from '../../../shared/recording';
import type { Clock, Logger, Random, ReportNotice, Timer } from '../../../shared/runtime';
import type { Windows } from '../../platformPort';
import type { Mutex } from '../../../lib/concurrency';
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
 * A new screen size shows in the picture a moment before the system reports the new displays, which starts a segment
 * too. Waiting for the report avoids two segments.
 */
const DISPLAYS_TOLD_MS = 1000;

export type VideoTrackParts = {
  windows: Pick<Windows, 'openCapture' | 'closeCapture' | 'killCapture' | 'captureGrant' | 'broadcast'>;
  clock: Clock;
  random: Random;
  log: Logger;
  report: ReportNotice;
  target: Pick<CaptureTarget, 'find' | 'isScreen'>;
  /** Whether to record sound. If there is none, the picture is recorded anyway. */
  microphone: boolean;
  header: RecordingHeader;
  files: () => SessionFiles | null;
  saveHeader: () => Promise<void>;
  /** Shared with the recording, so that its work and this track's never overlap. */
  mutex: Mutex;
  /** Video or sound is missing between the two times (monotonic clock). */
  onGap: (what: 'video' | 'microphone', fromUs: number, toUs: number) => void;
  /** The scaled video size that the user saw before the recording. */
  foretoldSize: PictureSize | undefined;
  /** The picture could not be brought back. */
  onLost: (error: AppError) => void;
};

/** Records video and sound in segments, and continues in a new segment when one fails. */
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
  /** Since when video is missing, on the monotonic clock; null while it is recorded. */
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

  /** Starts a segment. After a rejection (AppFailure), the next start opens a fresh page. */
  async start(): Promise<void> {
    // Set first: the segment may fail before its header is written.
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
   * Ends the segment, even if its page is gone. Rejects only on a disk error.
   * @param atUs when the video should end, on the monotonic clock
   */
  async stop(atUs: number): Promise<void> {
    this.isWanted = false;
    this.restartNoMore();
    await this.end();
    this.tellMissing(atUs);
  }

  /** Disables restarts. */
  endSoon(): void {
    this.isEnding = true;
    this.restartNoMore();
    this.capture.giveUpChoice();
  }

  /** Whether the page shows black, or may still show it. */
  get isBlank(): boolean {
    return this.isBlanked || this.isRevealing;
  }

  /** Whether frames arrive. False between the death of a page and the next segment, however recent the last frame. */
  arrives(nowUs: number): boolean {
    return this.missingFromUs === null && this.picture.arrives(nowUs);
  }

  /** Accepts nothing more of the running segment, at once, and continues with a black and silent one. */
  blank(): void {
    this.isBlanked = true;
    if (this.isWanted) this.missingFromUs ??= this.picture.lastKeptUs;
    // A segment that a resume is just starting would show the source as well.
    else if (!this.segment.running) return;
    this.heartbeat.end();
    this.segment.abandon();
    void this.renew();
  }

  /** Continues in a segment that shows the source. Resolves when that has started or failed. */
  async reveal(): Promise<void> {
    this.isBlanked = false;
    this.isRevealing = true;
    await this.renew();
    this.isRevealing = false;
  }

  /** Continues in a new segment. */
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
    // Computed before waiting for the file, and only for the current page: each page has its own clock.
    const untilUs = this.segment.takes(token) ? this.frameLog.heldUntilUs(end, this.nowUs()) : 0;
    await this.segment.opened(token);
    await this.capture.storing(this.parts.files()?.chunk(bytes));
    this.picture.kept(untilUs);
  }

  private async begin(): Promise<void> {
    const { target, microphone, header, saveHeader } = this.parts;
    try {
      if (!this.capture.isOpen) await this.open(await target.find());
      // Read now: a redaction may have begun while the page opened.
      const how = { microphone, blank: this.isBlanked };
      const started = await this.segment.start(how, (name) => this.files().openSegment(name));
      header.noteSegment(started);
      this.tellScaling(started);
      this.frameLog.begin(`video/${started.file}`, this.nowUs());
      if (microphone) this.noteSound(started);
    } catch (error) {
      this.capture.close();
      this.frameLog.neverBegan();
      throw error;
    }
    const begunUs = this.nowUs();
    this.backoff.begun(begunUs);
    this.heartbeat.begin();
    // The gap ends here: frames seen while the header is written are not on the disk yet.
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
      // The last chunk is missing. Earlier ones are kept.
      log.warn('segment ended without its last chunk', { error: String(error) });
      this.capture.close();
      this.missingFromUs ??= this.picture.lastKeptUs;
    } finally {
      if (this.frameLog.end()) log.warn('segment ended before any of its frames was told of');
      await files()?.closeSegment();
    }
  }

  /** The segment failed. Continues in a new one, at once or after a delay. */
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

  /** The page works, but the segment cannot continue: the size changed, or it needs another encoder. */
  private endedByItself(ageMs?: number): void {
    if (!this.isWanted || this.isEnding) return;
    this.missingFromUs ??= ageMs === undefined ? this.picture.lastKeptUs : this.nowUs() - ageMs * 1000;
    const { clock, target } = this.parts;
    const goOn = () => void (this.missingFromUs !== null && this.renew());
    if (!target.isScreen) return goOn();
    this.restartNoMore();
    this.restartTimer = clock.setTimeout(goOn, DISPLAYS_TOLD_MS);
  }

  /** Kills the page's process, which would not close by itself. */
  private hangs(how: string): void {
    const { log, windows } = this.parts;
    log.warn('capture page hangs', { how });
    windows.killCapture();
    this.capture.gone();
  }

  private restart(cause: AppError): Promise<void> {
    const { log, mutex, onLost } = this.parts;
    return mutex.run(async () => {
      // It was stopped or renewed meanwhile.
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
    // The page's times have fractions of microseconds, and the log's schema takes integers only.
    if (this.missingFromUs !== null) this.parts.onGap('video', Math.round(this.missingFromUs), untilUs);
    this.missingFromUs = null;
  }

  /** A new segment requests sound again: another microphone may be the default now. */
  private microphoneLost(): void {
    const fromUs = this.nowUs();
    const { header, mutex, onGap } = this.parts;
    void this.renew();
    void mutex.run(async () => {
      if (header.hasSound) onGap('microphone', fromUs, this.nowUs());
    });
  }

  /** Reports scaling that the user could not see before the recording, once. */
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
    // A muted track is alive without a picture.
    if (!muted) this.picture.beat(nowUs, { sentUs, frames: frames.length, waitingFromUs });
    this.watchEncoder(nowUs);
  }

  /** The page works but emits no video: its encoder failed, or waits for sound that does not arrive. */
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

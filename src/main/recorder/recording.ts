import type { Action, Capability, KeyNames } from '../../shared/session';
import { finaliseActions } from './bundle/finaliseActions';
import type { CaptureClient } from './capture/captureClient';
import { CaptureTarget } from './capture/captureTarget';
import { ScreenshotTaker } from './capture/screenshotTaker';
import { VideoTrack } from './capture/videoTrack';
import { Geometry } from './geometry';
import { InputIntake } from './input/inputIntake';
import { InputSupervisor } from './input/inputSupervisor';
import { Mutex } from '../../lib/concurrency';
import type { RecordingChoice, RecordingParts } from './ports';
import { Privacy } from './privacy/privacy';
import { diskRefused, inputLost } from './recorderErrors';
import { createHeaderFacts, RecordingHeader } from './recordingHeader';
import { SessionFiles } from './sessionFiles';

/** The longest time to wait for input from before a stop or pause. */
const DRAIN_MS = 1500;

/** One recording from start to stop. Its folder is usable at any time. */
export class Recording {
  readonly sessionId: string;
  private readonly elapsed = new RecordedTime();
  private readonly mutex = new Mutex();
  private readonly geometry = new Geometry();
  private readonly header: RecordingHeader;
  private readonly input: InputSupervisor;
  private readonly intake: InputIntake;
  private readonly video: VideoTrack;
  private readonly screenshots: ScreenshotTaker;
  private readonly privacy: Privacy;
  private files: SessionFiles | null = null;
  /** Whether this recording created the folder. Only then may an undo remove it. */
  private isMade = false;
  private ending = false;

  constructor(
    private readonly parts: RecordingParts,
    private readonly choice: RecordingChoice,
  ) {
    const { platform, clock, log } = parts;
    this.sessionId = choice.sessionId;
    this.privacy = new Privacy({
      platform,
      clock,
      choice,
      geometry: this.geometry,
      header: () => this.header,
      video: () => this.video,
      files: () => this.files,
      record: (action) => this.record(action),
      onChange: (atUs) => this.admitInput(atUs),
    });
    this.header = new RecordingHeader(
      createHeaderFacts(platform, choice, this.privacy.focus),
      this.geometry,
      clock,
    );
    this.video = this.createVideo();
    this.screenshots = new ScreenshotTaker({
      ...this.privacy.screenshots,
      capture: this.capture,
      log,
      onFailure: (error) => parts.onEnd(diskRefused(error)),
      tUs: () => this.header.tUs(),
      files: () => this.files,
    });
    this.input = new InputSupervisor({
      clock,
      log,
      start: () => platform.startInputProcess(),
      pointerAt: () => platform.pointerAt(),
      onEvents: (events) => this.intake.take(events),
      onGap: (fromUs, toUs) => this.gap('input', fromUs, toUs),
      // The video continues: half a recording is better than none.
      onLost: () => parts.report('warning', inputLost),
    });
    this.intake = new InputIntake({
      geometry: this.geometry,
      own: platform.windows,
      recordKeyCodes: choice.request.recordKeyCodes ?? false,
      onAction: (action) => this.privacy.focus.take(action),
      onTrigger: (trigger) => this.screenshots.shoot(trigger),
    });
  }

  private createVideo(): VideoTrack {
    const { platform, clock, random, log, report, onEnd } = this.parts;
    const { source, request } = this.choice;
    return new VideoTrack({
      clock,
      random,
      log,
      report,
      header: this.header,
      mutex: this.mutex,
      windows: platform.windows,
      microphone: request.microphone,
      target: new CaptureTarget(source, platform, report),
      foretoldSize: source.scaledTo,
      files: () => this.files,
      saveHeader: () => this.saveHeader(),
      onGap: (what, fromUs, toUs) => this.gap(what, fromUs, toUs),
      onLost: onEnd,
    });
  }

  get capture(): CaptureClient {
    return this.video.capture;
  }

  get redaction(): Privacy['redaction'] {
    return this.privacy.redaction;
  }

  progress(nowUs: number) {
    const { actionCount = 0, screenshotCount = 0, videoBytes = 0 } = this.files ?? {};
    return {
      actionCount,
      screenshotCount,
      videoBytes,
      elapsedMs: this.elapsed.ms(nowUs),
      redacting: this.privacy.redaction.isOn,
      framesArriving: this.video.arrives(nowUs),
    };
  }

  /** Recorded time without pauses. */
  get recordedMs(): number {
    return this.elapsed.ms(this.parts.clock.monotonicUs());
  }

  get bytesWritten(): number {
    return this.files?.bytesWritten ?? 0;
  }

  /** After a rejection (AppFailure), nothing of the recording is left. */
  start(): Promise<void> {
    return this.mutex.run(async () => {
      try {
        await this.begin();
      } catch (error) {
        await this.undo().catch((left: unknown) =>
          this.parts.log.error('start not undone', { error: String(left) }),
        );
        throw error;
      }
    });
  }

  pause(): Promise<void> {
    this.privacy.hold();
    return this.mutex.run(async () => {
      const atUs = this.hold();
      await Promise.all([this.video.stop(atUs), this.input.drained(atUs, DRAIN_MS)]);
      this.intake.settle(Infinity);
      await this.privacy.focus.stop();
      this.files?.action({ type: 'pause', tUs: atUs - this.header.originUs });
    });
  }

  resume(): Promise<void> {
    return this.mutex.run(async () => {
      await Promise.all([this.video.start(), this.privacy.focus.start()]);
      const fromUs = this.run();
      this.files?.action({ type: 'resume', tUs: fromUs - this.header.originUs });
    });
  }

  /** Ends the recording and finishes its files. Rejects on a disk error; written files stay. */
  stop(): Promise<void> {
    this.ending = true;
    this.privacy.hold();
    this.video.endSoon();
    return this.mutex.run(async () => {
      // During a pause nothing is recorded, not even the last screenshot.
      if (this.elapsed.isRunning) this.screenshots.shoot('stop');
      const atUs = this.hold();
      // The files are finished even if some of these fail.
      const waits = [
        this.video.stop(atUs),
        this.input.drained(atUs, DRAIN_MS),
        Promise.all([this.privacy.focus.stop(), this.screenshots.settled()]),
      ];
      for (const result of await Promise.allSettled(waits))
        if (result.status === 'rejected') this.parts.log.warn('stop', { error: String(result.reason) });
      this.intake.settle(Infinity);
      await this.privacy.focus.stop();
      this.privacy.redaction.close(atUs);
      this.release(atUs);
      this.header.end(atUs - this.header.originUs, this.elapsed.ms(atUs) * 1000);
      await this.finish();
    });
  }

  /** Called about twice a second. */
  tick(nowUs: number): void {
    this.intake.settle(nowUs);
  }

  /** Called each minute and after the machine woke up. */
  noteClocks(): void {
    if (this.ending) return;
    this.header.noteClocks();
    void this.saveHeader();
  }

  /** Steps name keys by the keyboard layout. On Windows the hook's codes follow the layout already. */
  keyboardSeen(keys: KeyNames): void {
    if (this.ending || this.parts.platform.os.platform === 'win32') return;
    if (this.header.noteKeyboard(keys) && this.isMade) void this.saveHeader();
  }

  /** A new display arrangement starts a new epoch, and a new segment because the size may differ. */
  displaysChanged(): void {
    const changed = this.geometry.note(this.parts.platform.listDisplays(), this.header.tUs());
    if (!changed || this.ending) return;
    void this.saveHeader();
    void this.video.renew();
  }

  async chunk(...chunk: Parameters<VideoTrack['chunk']>): Promise<void> {
    await this.video.chunk(...chunk);
  }

  private async begin(): Promise<void> {
    const { platform, sessions, clock, disk } = this.parts;
    const paths = await sessions.create(this.header.content());
    this.isMade = true;
    const onFailure = (error: unknown) => this.parts.onEnd(diskRefused(error));
    this.files = await SessionFiles.open(paths, clock, onFailure, disk);
    this.geometry.note(platform.listDisplays(), 0);
    // In parallel. Waits for all, because a start that is still running could not be undone.
    const starts = [
      this.has('pointer') || this.has('keyboard') ? this.input.start() : Promise.resolve(),
      this.video.start(),
      this.privacy.focus.start(),
    ];
    for (const result of await Promise.allSettled(starts))
      if (result.status === 'rejected') throw result.reason;
    this.header.begin();
    this.run();
    this.screenshots.shoot('start');
    await this.saveHeader();
  }

  private has(wanted: Capability['name']): boolean {
    return this.choice.capabilities.some(({ name, available }) => available && name === wanted);
  }

  /** Starts the recorded time and accepts input. @returns now, on the monotonic clock */
  private run(): number {
    const nowUs = this.parts.clock.monotonicUs();
    this.elapsed.run(nowUs);
    this.privacy.release(nowUs);
    this.video.picture.begin(nowUs);
    return nowUs;
  }

  /** Accepts input while the recording runs and nothing is hidden. */
  private admitInput(atUs: number): void {
    if (this.elapsed.isRunning && !this.privacy.hidesInput) this.intake.open(atUs, this.header.originUs);
    else this.intake.close(atUs);
  }

  /** Stops the recorded time. Input from before this moment is still accepted. */
  private hold(): number {
    const nowUs = this.parts.clock.monotonicUs();
    this.elapsed.hold(nowUs);
    this.admitInput(nowUs);
    return nowUs;
  }

  private record(action: Action): void {
    this.files?.action(action);
    // If the recorded screen is the only display, the pointer is in the picture.
    const isSeen = this.choice.source.kind === 'screen' && this.geometry.epochs.at(-1)?.displays.length === 1;
    if (action.type === 'move' && isSeen) this.video.picture.motion(action.tUs + this.header.originUs);
  }

  private gap(what: 'input' | 'video' | 'microphone', fromUs: number, toUs: number): void {
    const { originUs, hasBegun } = this.header;
    this.intake.settle(Infinity);
    const from = Math.max(0, fromUs - originUs);
    if (hasBegun) this.files?.action({ type: 'gap', tUs: toUs - originUs, fromUs: from, what });
    if (what === 'input') this.intake.forget();
  }

  private async saveHeader(): Promise<void> {
    try {
      await this.parts.sessions.writeHeader(this.header.content());
    } catch (error) {
      if (!this.ending) this.parts.onEnd(diskRefused(error));
      this.parts.log.error('header not written', { error: String(error) });
    }
  }

  private release(untilUs?: number): void {
    this.video.capture.close();
    this.input.stop(untilUs);
    void this.privacy.focus.stop();
  }

  private async finish(): Promise<void> {
    const { sessions } = this.parts;
    const files = this.files;
    this.files = null;
    try {
      await files?.close();
    } finally {
      await sessions.writeHeader(this.header.content());
    }
    await finaliseActions(sessions.paths(this.sessionId), this.sessionId);
    await sessions.writeHeader({ ...this.header.content(), state: 'finished' });
  }

  /** Removes everything after a start that failed. */
  private async undo(): Promise<void> {
    this.ending = true;
    this.release();
    const files = this.files;
    this.files = null;
    await files?.close().catch((error: unknown) => this.parts.log.warn('undo', { error: String(error) }));
    if (this.isMade) await this.parts.sessions.remove(this.sessionId);
  }
}

/** The time between `run` and `hold`. Microseconds in, milliseconds out. */
class RecordedTime {
  private gatheredUs = 0;
  private sinceUs: number | null = null;

  run(nowUs: number): void {
    this.sinceUs ??= nowUs;
  }

  hold(nowUs: number): void {
    this.gatheredUs += this.running(nowUs);
    this.sinceUs = null;
  }

  get isRunning(): boolean {
    return this.sinceUs !== null;
  }

  ms(nowUs: number): number {
    return Math.round((this.gatheredUs + this.running(nowUs)) / 1000);
  }

  private running(nowUs: number): number {
    return this.sinceUs === null ? 0 : nowUs - this.sinceUs;
  }
}

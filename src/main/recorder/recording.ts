import type { AppError } from '../../shared/appError';
import type { Action } from '../../shared/session';
import { CaptureClient } from './captureClient';
import { Elapsed } from './elapsed';
import { finaliseActions } from './finaliseActions';
import { Geometry } from './geometry';
import { InputIntake } from './inputIntake';
import { InputSupervisor } from './inputSupervisor';
import { PictureWatch } from './pictureWatch';
import { RecordingHeader } from './recordingHeader';
import type { RecordingChoice, RecordingPorts } from './recordingPorts';
import { diskRefused, errorOf, inputLost, pictureLost } from './recorderErrors';
import { ScreenshotTaker } from './screenshotTaker';
import { SegmentSlot } from './segmentSlot';
import { Serial } from './serial';
import { SessionFiles } from './sessionFiles';

/** How long input that happened before a stop or pause may take to arrive. */
const DRAIN_MS = 1500;

/** One recording from its start to its stop. What its folder holds is usable at every instant. */
export class Recording {
  readonly sessionId: string;
  readonly capture: CaptureClient;
  readonly #elapsed = new Elapsed();
  readonly #picture = new PictureWatch();
  readonly #serial = new Serial();
  readonly #geometry = new Geometry();
  readonly #header: RecordingHeader;
  readonly #input: InputSupervisor;
  readonly #intake: InputIntake;
  readonly #segment: SegmentSlot;
  readonly #screenshots: ScreenshotTaker;
  readonly #ports: RecordingPorts;
  readonly #choice: RecordingChoice;
  #files: SessionFiles | null = null;
  #ending = false;

  constructor(ports: RecordingPorts, choice: RecordingChoice) {
    const { platform, clock, random, log } = ports;
    const { sessionId, source, request, capabilities } = choice;
    const recordKeyCodes = request.recordKeyCodes ?? false;
    this.#ports = ports;
    this.#choice = choice;
    this.sessionId = sessionId;
    const facts = { sessionId, source, capabilities, recordKeyCodes, microphone: request.microphone };
    this.#header = new RecordingHeader(
      { ...facts, app: platform.app, os: platform.os },
      this.#geometry,
      clock,
    );
    this.capture = new CaptureClient({
      windows: platform.windows,
      clock,
      random,
      onFrames: ({ frames }) => this.#frames(frames),
      onBroken: (error) => void this.#restartCapture(error),
    });
    this.#segment = new SegmentSlot(this.capture, random);
    this.#screenshots = new ScreenshotTaker({
      capture: this.capture,
      tUs: () => this.#header.tUs(),
      files: () => this.#files,
      log,
    });
    this.#input = new InputSupervisor({
      start: () => platform.startInputProcess(),
      clock,
      log,
      onEvents: (events) => this.#intake.take(events),
      onGap: (fromUs, toUs) => this.#gap('input', fromUs, toUs),
      onLost: () => ports.onEnd(inputLost),
    });
    this.#intake = new InputIntake({
      geometry: this.#geometry,
      own: platform.windows,
      recordKeyCodes,
      onAction: (action) => this.#record(action),
      onTrigger: (trigger) => this.#screenshots.shoot(trigger),
    });
  }

  /** What the recording holds so far. */
  progress(nowUs: number) {
    const { actionCount = 0, screenshotCount = 0, videoBytes = 0 } = this.#files ?? {};
    const counts = { actionCount, screenshotCount, videoBytes };
    return { ...counts, elapsedMs: this.#elapsed.ms(nowUs), framesArriving: this.#picture.arrives(nowUs) };
  }

  /** Rejects with an AppFailure when anything is missing; then nothing of it is left. */
  start(): Promise<void> {
    return this.#serial.run(async () => {
      try {
        await this.#begin();
      } catch (error) {
        await this.#undo();
        throw error;
      }
    });
  }

  pause(): Promise<void> {
    return this.#serial.run(async () => {
      const atUs = this.#hold();
      await Promise.all([this.#endSegment(), this.#input.drained(atUs, DRAIN_MS)]);
      this.#intake.settle(Infinity);
      this.#files?.action({ type: 'pause', tUs: atUs - this.#header.originUs });
    });
  }

  resume(): Promise<void> {
    return this.#serial.run(async () => {
      await this.#beginSegment();
      const fromUs = this.#run();
      this.#files?.action({ type: 'resume', tUs: fromUs - this.#header.originUs });
    });
  }

  /** Ends the recording and finishes its files. Rejects when the disk refused; what was written stays. */
  stop(): Promise<void> {
    this.#ending = true;
    return this.#serial.run(async () => {
      const atUs = this.#hold();
      this.#screenshots.shoot('stop');
      // Whatever of these fails, the rest is still finished: the files matter most.
      const waits = [this.#endSegment(), this.#input.drained(atUs, DRAIN_MS), this.#screenshots.settled()];
      for (const result of await Promise.allSettled(waits))
        if (result.status === 'rejected') this.#ports.log.warn('stop', { error: String(result.reason) });
      this.#intake.settle(Infinity);
      this.#release();
      this.#header.end(atUs - this.#header.originUs);
      await this.#finish();
    });
  }

  /** Regular work, called about twice a second. */
  tick(nowUs: number): void {
    this.#intake.settle(nowUs);
  }

  /** Notes both clocks: each minute, and when the machine woke up. */
  noteClocks(): void {
    this.#header.noteClocks();
    void this.#saveHeader();
  }

  /** The arrangement of displays may have changed: a new epoch, and a new segment, for its size may differ. */
  displaysChanged(): void {
    const changed = this.#geometry.note(this.#ports.platform.listDisplays(), this.#header.tUs());
    if (!changed || this.#ending || !this.#segment.running) return;
    const next = this.#serial.run(() => this.#endSegment().then(() => this.#beginSegment()));
    next.catch((error: unknown) => this.#restartCapture(errorOf(error)));
  }

  async chunk(token: string, bytes: Uint8Array): Promise<void> {
    await this.#segment.opened(token);
    await this.#files?.chunk(bytes);
  }

  async #begin(): Promise<void> {
    const { platform, sessions, clock } = this.#ports;
    const paths = await sessions.create(this.#header.content());
    this.#files = await SessionFiles.open(paths, clock, (error) => this.#ports.onEnd(diskRefused(error)));
    if (this.#recordsInput()) await this.#input.start();
    await this.#beginSegment();
    this.#header.begin();
    this.#geometry.note(platform.listDisplays(), 0);
    this.#run();
    this.#screenshots.shoot('start');
    await this.#saveHeader();
  }

  /** Where the system gives no global input the recording has none, as its capabilities say. */
  #recordsInput(): boolean {
    return this.#choice.capabilities.some(
      ({ name, available }) => available && (name === 'pointer' || name === 'keyboard'),
    );
  }

  /** Lets input in and the time run. @returns the moment, on the monotonic clock */
  #run(): number {
    const nowUs = this.#ports.clock.monotonicUs();
    this.#intake.open(nowUs, this.#header.originUs);
    this.#elapsed.run(nowUs);
    this.#picture.begin(nowUs);
    return nowUs;
  }

  /** The opposite: what happened until this moment still counts when it arrives. */
  #hold(): number {
    const nowUs = this.#ports.clock.monotonicUs();
    this.#intake.close(nowUs);
    this.#elapsed.hold(nowUs);
    return nowUs;
  }

  async #beginSegment(): Promise<void> {
    if (!this.capture.isOpen) await this.capture.open(this.#choice.source.id);
    const { file, mimeType } = await this.#segment.start(this.#choice.request.microphone, (name) =>
      this.#open().openSegment(name),
    );
    this.#header.noteSegment(mimeType, file);
    await this.#saveHeader();
  }

  async #endSegment(): Promise<void> {
    try {
      await this.#segment.stop();
    } finally {
      await this.#files?.closeSegment();
    }
  }

  /** The picture broke off: what is written stays, and a new segment goes on. */
  #restartCapture(cause: AppError): Promise<void> {
    return this.#serial.run(async () => {
      if (this.#ending) return;
      const { log, clock } = this.#ports;
      log.warn('capture started again', { code: cause.code, details: cause.details });
      try {
        const fromUs = this.#picture.lastFrameUs;
        await this.#endSegment();
        this.capture.close();
        await this.#beginSegment();
        this.#gap('video', fromUs, clock.monotonicUs());
        this.#picture.begin(clock.monotonicUs());
      } catch (error) {
        log.error('capture could not be started again', { error: String(error) });
        this.#ports.onEnd(pictureLost(cause));
      }
    });
  }

  #record(action: Action): void {
    this.#files?.action(action);
    // On the only display of a recorded screen the pointer is surely in the picture.
    const isSeen =
      this.#choice.source.kind === 'screen' && this.#geometry.epochs.at(-1)?.displays.length === 1;
    if (action.type === 'move' && isSeen) this.#picture.motion(action.tUs + this.#header.originUs);
  }

  #frames(frames: { ageMs: number; ptsUs: number }[]): void {
    const nowUs = this.#ports.clock.monotonicUs();
    this.#picture.beat(nowUs, frames.length);
    const segment = this.#segment.file;
    if (segment === null) return;
    for (const { ageMs, ptsUs } of frames) {
      const tUs = Math.round(nowUs - ageMs * 1000) - this.#header.originUs;
      this.#files?.frame({ tUs, segment, ptsUs });
    }
  }

  #gap(what: 'input' | 'video', fromUs: number, toUs: number): void {
    const { originUs } = this.#header;
    this.#intake.settle(Infinity);
    this.#files?.action({ type: 'gap', tUs: toUs - originUs, fromUs: fromUs - originUs, what });
    if (what === 'input') this.#intake.forget();
  }

  #open(): SessionFiles {
    if (this.#files === null) throw new Error('the recording has no open files');
    return this.#files;
  }

  async #saveHeader(): Promise<void> {
    try {
      await this.#ports.sessions.writeHeader(this.#header.content());
    } catch (error) {
      if (!this.#ending) this.#ports.onEnd(diskRefused(error));
      this.#ports.log.error('header not written', { error: String(error) });
    }
  }

  #release(): void {
    this.capture.close();
    this.#input.stop();
  }

  async #finish(): Promise<void> {
    const { sessions } = this.#ports;
    try {
      await this.#files?.close();
    } finally {
      this.#files = null;
      await sessions.writeHeader(this.#header.content());
    }
    await finaliseActions(sessions.paths(this.sessionId), this.sessionId);
    await sessions.writeHeader({ ...this.#header.content(), state: 'finished' });
  }

  /** After a start that failed: nothing was recorded, so nothing stays. */
  async #undo(): Promise<void> {
    this.#ending = true;
    this.#release();
    const files = this.#files;
    this.#files = null;
    await files?.close().catch((error: unknown) => this.#ports.log.warn('undo', { error: String(error) }));
    if (await this.#ports.sessions.exists(this.sessionId)) await this.#ports.sessions.remove(this.sessionId);
  }
}

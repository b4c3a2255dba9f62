import { makeFoldersSync } from '../../lib/privateFolder';
import { AppFailure, type AppError } from '../../shared/appError';
import type { CaptureOptions, CaptureReport, RecordingState, StartRecording } from '../../shared/recording';
import type { Timer } from '../../shared/runtime';
import { CHOICE_GIVEN_UP } from './capture/captureErrors';
import { DiskGuard, requireDiskSpace } from './diskGuard';
import { Mutex } from '../../lib/concurrency';
import type { Recorder, RecorderParts } from './ports';
import {
  diskRefused,
  errorOf,
  wrongPhase,
  DISK_NEARLY_FULL,
  diskNearlyFull,
  stoppedForSpace,
  sourceMissing,
  startError,
} from './recorderErrors';
import { Recording } from './recording';
import { MissingFolder } from './recovery/missingFolder';
import { unusedSessionId } from './unusedSessionId';

const TICK_MS = 500;
const CLOCKS_EVERY_TICKS = 60_000 / TICK_MS;
const DISK_EVERY_TICKS = 5_000 / TICK_MS;

type Phase = RecordingState['phase'];

class RecorderMachine implements Recorder {
  private phase: Phase = 'idle';
  private recording: Recording | null = null;
  private problem: AppError | undefined;
  private recordKeyCodes = false;
  private disk: DiskGuard | null = null;
  private letSleep: (() => void) | null = null;
  private timer: Timer | null = null;
  private ticks = 0;
  private readonly listeners = new Set<(state: RecordingState) => void>();
  private readonly mutex = new Mutex();
  private readonly missingFolder: MissingFolder;

  constructor(private readonly parts: RecorderParts) {
    this.missingFolder = new MissingFolder(parts);
    const { platform } = parts;
    platform.windows.onCaptureGone(() => this.recording?.capture.gone());
    platform.onDisplaysChanged(() => this.recording?.displaysChanged());
    platform.onWake(() => this.recording?.noteClocks());
  }

  async options(how: { thumbnails: boolean }): Promise<CaptureOptions> {
    const { platform } = this.parts;
    const [sources, capabilities] = await Promise.all([
      platform.listCaptureSources(how),
      platform.captureCapabilities(),
    ]);
    const microphone = capabilities.find(({ name }) => name === 'microphone');
    return { sources, capabilities, microphoneAvailable: microphone?.available ?? false };
  }

  state(): RecordingState {
    const { clock } = this.parts;
    const none = { elapsedMs: 0, actionCount: 0, screenshotCount: 0, videoBytes: 0, framesArriving: false };
    return {
      phase: this.phase,
      sessionId: this.recording?.sessionId,
      atMs: clock.now(),
      recordKeyCodes: this.recordKeyCodes,
      problem: this.problem,
      diskMinutesLeft: this.recording === null ? undefined : this.disk?.minutesLeft,
      ...(this.recording?.progress(clock.monotonicUs()) ?? none),
    };
  }

  onChange(listener: (state: RecordingState) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  async start(request: StartRecording): Promise<void> {
    // Checked before the mutex: of two starts the second fails, whatever happens to the first.
    this.mustBe('idle');
    this.problem = undefined;
    this.missingFolder.forget();
    this.recordKeyCodes = request.recordKeyCodes ?? false;
    this.enter('starting');
    await this.mutex.run(async () => {
      try {
        await this.begin(request);
      } catch (thrown) {
        const error = startError(thrown);
        if (errorOf(error).code !== CHOICE_GIVEN_UP) this.problem = errorOf(error);
        this.leave();
        this.parts.platform.windows.closeToolbar();
        await this.showMain();
        if (this.problem !== undefined) throw error;
      }
    });
  }

  pause(): Promise<void> {
    return this.mutex.run(async () => {
      const recording = this.mustBe('recording');
      this.enter('paused');
      await recording?.pause();
    });
  }

  resume(): Promise<void> {
    return this.mutex.run(async () => {
      const recording = this.mustBe('paused');
      await recording?.resume();
      this.enter('recording');
    });
  }

  async stop(): Promise<void> {
    this.mustBe('starting', 'recording', 'paused', 'stopping');
    this.recording?.capture.giveUpChoice();
    await this.mutex.run(async () => {
      if (this.recording === null) return;
      await this.end(this.recording);
      await this.showSessions();
    });
  }

  startRedaction(): void {
    this.mustBe('recording', 'paused')?.redaction.start();
    this.announce();
  }

  async endRedaction(): Promise<void> {
    await this.mustBe('recording', 'paused')?.redaction.end();
    this.announce();
  }

  captureReport(report: CaptureReport): void {
    if (report.kind === 'keyboard') this.recording?.keyboardSeen(report.keys);
    else this.recording?.capture.report(report);
  }

  async captureChunk(...chunk: Parameters<Recording['chunk']>): Promise<void> {
    await this.recording?.chunk(...chunk);
  }

  captureScreenshot(requestId: string, bytes: Uint8Array): void {
    this.recording?.capture.screenshotBytes(requestId, bytes);
  }

  shutdown(): Promise<void> {
    this.recording?.capture.giveUpChoice();
    return this.mutex.run(async () => {
      if (this.recording !== null) await this.end(this.recording);
    });
  }

  async foldersMoved(): Promise<void> {
    if (!(await this.missingFolder.isBack())) return;
    this.problem = undefined;
    this.announce();
  }

  private async begin(request: StartRecording): Promise<void> {
    const { platform, sessions, clock, random, settings: store } = this.parts;
    const [sources, capabilities, settings] = await Promise.all([
      platform.listCaptureSources({ thumbnails: false }),
      platform.captureCapabilities(),
      store.load(),
    ]);
    const source = sources.find(({ id }) => id === request.sourceId);
    if (source === undefined) throw new AppFailure(sourceMissing(capabilities));
    makeFoldersSync(this.parts.sessionsDir);
    await requireDiskSpace(this.parts);
    const sessionId = await unusedSessionId(sessions, clock.now(), random);
    const recording = new Recording(
      { ...this.parts, onEnd: (error) => this.endEarly(recording, error) },
      { sessionId, source, request, capabilities, settings },
    );
    this.recording = recording;
    this.guardDisk(recording);
    this.letSleep = platform.keepAwake();
    sessions.setActivity(sessionId, { condition: 'recording' });
    // In parallel, because pages load slowly. Recording goes on without a toolbar.
    const toolbar = platform.windows.openToolbar().catch((error: unknown) => this.notShown('toolbar', error));
    platform.windows.minimizeMain();
    await Promise.all([recording.start(), toolbar]);
    this.enter('recording');
    this.tickLater();
    platform.windows.broadcast('sessions:changed', { sessionId });
  }

  private async end(recording: Recording): Promise<void> {
    const { platform, sessions, exporter, log } = this.parts;
    const { sessionId } = recording;
    this.enter('stopping');
    sessions.setActivity(sessionId, { condition: 'finalising' });
    platform.windows.broadcast('sessions:changed', { sessionId });
    try {
      await recording.stop();
    } catch (error) {
      this.problem ??= errorOf(error);
      log.error('finalising failed', { sessionId, error: String(error) });
    }
    if (this.problem !== undefined) await this.missingFolder.noteIfGone(sessionId);
    sessions.setActivity(sessionId, null);
    this.leave();
    platform.windows.closeToolbar();
    exporter.startExport(sessionId);
    platform.windows.broadcast('sessions:changed', { sessionId });
  }

  private async showSessions(): Promise<void> {
    await this.showMain();
    this.parts.platform.windows.broadcast('app:show-view', { view: 'sessions' });
  }

  /** Only logs a failure: the recording is safe without a window. */
  private async showMain(): Promise<void> {
    await this.parts.platform.windows.showMain().catch((error: unknown) => this.notShown('main', error));
  }

  private notShown(window: string, error: unknown): void {
    this.parts.log.error('window not shown', { window, error: String(error) });
  }

  /** Keeps the first of several reasons. */
  private endEarly(recording: Recording, error: AppError): void {
    if (this.recording !== recording || this.problem !== undefined) return;
    this.problem = error;
    this.parts.log.error('recording ends by itself', { code: error.code, details: error.details });
    void this.mutex.run(async () => {
      if (this.recording !== recording) return;
      await this.end(recording);
      await this.showSessions();
    });
  }

  private leave(): void {
    const { clock, sessions, withdraw } = this.parts;
    if (this.timer !== null) clock.clearTimeout(this.timer);
    this.timer = null;
    withdraw(DISK_NEARLY_FULL);
    this.letSleep?.();
    this.letSleep = null;
    if (this.recording !== null) sessions.setActivity(this.recording.sessionId, null);
    this.recording = null;
    this.enter('idle');
  }

  /** The only place that changes the phase. */
  private enter(phase: Phase): void {
    this.parts.log.info('recording phase', { from: this.phase, to: phase });
    this.phase = phase;
    this.announce();
  }

  private announce(): void {
    const state = this.state();
    this.parts.platform.windows.broadcast('recording:state', state);
    for (const listener of this.listeners) listener(state);
  }

  private mustBe(...phases: Phase[]): Recording | null {
    if (!phases.includes(this.phase)) throw new AppFailure(wrongPhase(this.phase));
    return this.recording;
  }

  private tickLater(): void {
    this.timer = this.parts.clock.setTimeout(() => this.tick(), TICK_MS);
  }

  private tick(): void {
    const recording = this.recording;
    if (recording === null) return;
    this.ticks += 1;
    recording.tick(this.parts.clock.monotonicUs());
    if (this.ticks % CLOCKS_EVERY_TICKS === 0) recording.noteClocks();
    if (this.ticks % DISK_EVERY_TICKS === 0) void this.watchDisk(recording);
    this.announce();
    this.tickLater();
  }

  private async watchDisk(recording: Recording): Promise<void> {
    try {
      await this.disk?.look({ recordedMs: recording.recordedMs, bytesWritten: recording.bytesWritten });
    } catch (error) {
      this.endEarly(recording, diskRefused(error));
    }
  }

  private guardDisk(recording: Recording): void {
    const { freeBytes, report, withdraw } = this.parts;
    this.disk = new DiskGuard({
      freeBytes,
      onShort: (minutes) => report('warning', diskNearlyFull(minutes)),
      onRoom: () => withdraw(DISK_NEARLY_FULL),
      onOut: (details) => this.endEarly(recording, { ...stoppedForSpace, details }),
    });
  }
}

export function createRecorder(parts: RecorderParts): Recorder {
  return new RecorderMachine(parts);
}

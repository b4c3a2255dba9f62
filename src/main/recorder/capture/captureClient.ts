import { AppFailure, type AppError } from '../../../shared/appError';
import { isPortalSource, type CaptureCommand, type CaptureReport } from '../../../shared/recording';
import type { Clock, Random } from '../../../shared/runtime';
import type { Windows } from '../../platformPort';
import { captureFailed, captureGone, choiceGivenUp, nothingChosen } from './captureErrors';

const READY_MS = 15_000;
const START_MS = 20_000;
/** The user chooses in the portal's dialog. */
const CHOOSE_MS = 180_000;
const STOP_MS = 15_000;
const SCREENSHOT_MS = 10_000;
/** How often a segment's bytes reach main, which bounds what a crash loses. Short, so that no MP4 fragment waits. */
const TIMESLICE_MS = 250;

export type StartedSegment = Extract<CaptureReport, { kind: 'started' }>;
export type TakenScreenshot = { width: number; height: number; ageMs: number; jpeg: Uint8Array };
type FramesReport = Extract<CaptureReport, { kind: 'frames' }>;

export type CaptureClientParts = {
  windows: Pick<Windows, 'openCapture' | 'closeCapture' | 'captureGrant' | 'broadcast'>;
  clock: Clock;
  random: Random;
  onFrames: (report: FramesReport) => void;
  /** The running segment failed: its page, track or encoder is gone, since `ageMs` if that is known. */
  onBroken: (error: AppError, ageMs?: number) => void;
  /** The running segment ended `ageMs` ago, and the page is ready for the next one. */
  onEnded: (ageMs?: number) => void;
  /** The running segment lost its microphone and continues without sound. */
  onMicrophoneLost: () => void;
};

type Waiter<T> = {
  resolve(value: T): void;
  reject(error: AppFailure): void;
  /** Restarts the timeout, because there is a sign of progress. */
  goOn(): void;
};

/** Sends commands to the hidden capture page and matches its reports to them. */
export class CaptureClient {
  private ready: Waiter<void> | null = null;
  private starting: (Waiter<StartedSegment> & { token: string }) | null = null;
  private stopping: (Waiter<void> & { token: string }) | null = null;
  private token: string | null = null;
  private isPageOpen = false;
  private chunksInFlight = 0;
  /** The next start opens the system's dialog, where the user chooses the source. */
  private isToChoose = false;
  private readonly screenshots = new Map<
    string,
    Waiter<TakenScreenshot> & { facts?: Omit<TakenScreenshot, 'jpeg'> }
  >();

  constructor(private readonly parts: CaptureClientParts) {}

  get isOpen(): boolean {
    return this.isPageOpen;
  }

  /** Whether a chunk is being written. */
  get isStoring(): boolean {
    return this.chunksInFlight > 0;
  }

  /** Opens the page for a source and replaces an open one. */
  async open(sourceId: string): Promise<void> {
    this.isToChoose = isPortalSource(sourceId);
    const ready = this.wait<void>(READY_MS, (waiter) => (this.ready = waiter));
    await Promise.all([ready, this.parts.windows.openCapture(sourceId)]);
    this.isPageOpen = true;
  }

  /** Starts a segment; its chunks carry `token`. */
  async startSegment(
    token: string,
    segment: string,
    how: { microphone: boolean; blank: boolean },
  ): Promise<StartedSegment> {
    const arm = (waiter: Waiter<StartedSegment>) => (this.starting = { ...waiter, token });
    const started = this.isToChoose
      ? this.wait(CHOOSE_MS, arm, { silence: nothingChosen('nobody has chosen') })
      : this.wait(START_MS, arm);
    this.command({ kind: 'start', token, segment, ...how, timesliceMs: TIMESLICE_MS });
    // Later failures are not failures of the start.
    const report = await started.finally(() => (this.starting = null));
    this.isToChoose = false;
    this.token = token;
    return report;
  }

  /** Fails a start that waits for a choice in the system's dialog. */
  giveUpChoice(): void {
    if (this.isToChoose) this.rejectAll(choiceGivenUp);
  }

  /** While a chunk is being written, a stop does not time out: the page waits for the disk. */
  async storing(stored: Promise<void> | undefined): Promise<void> {
    this.chunksInFlight += 1;
    try {
      await stored;
    } finally {
      this.chunksInFlight -= 1;
      this.stopping?.goOn();
    }
  }

  /** Ignores the running segment from now on; the page discards it at the next start. */
  abandonSegment(): void {
    this.token = null;
  }

  /** Resolves when the segment's last chunk is sent and acknowledged. */
  async stopSegment(): Promise<void> {
    const token = this.token;
    if (token === null) return;
    this.token = null;
    const arm = (waiter: Waiter<void>) => (this.stopping = { ...waiter, token });
    const stopped = this.wait(STOP_MS, arm, { isBusy: () => this.isStoring });
    this.command({ kind: 'stop', token });
    await stopped.finally(() => (this.stopping = null));
  }

  /** Rejects with an AppFailure, at once if no page is open. */
  async screenshot(): Promise<TakenScreenshot> {
    if (!this.isPageOpen) throw new AppFailure(captureGone('no capture page'));
    const requestId = this.parts.random.uuid();
    const taken = this.wait<TakenScreenshot>(SCREENSHOT_MS, (waiter) =>
      this.screenshots.set(requestId, waiter),
    );
    this.command({ kind: 'screenshot', requestId });
    return taken.finally(() => this.screenshots.delete(requestId));
  }

  close(): void {
    this.token = null;
    this.isPageOpen = false;
    this.command({ kind: 'close' });
    this.parts.windows.closeCapture();
    this.rejectAll(captureGone('closed'));
  }

  /** The page is gone. */
  gone(): void {
    this.isPageOpen = false;
    this.broken(captureGone('the capture page ended'));
  }

  report(report: Exclude<CaptureReport, { kind: 'keyboard' }>): void {
    switch (report.kind) {
      case 'ready':
        return this.ready?.resolve();
      case 'started':
        return this.starting?.token === report.token ? this.starting.resolve(report) : undefined;
      case 'frames':
        return report.token === this.token || report.token === this.stopping?.token
          ? this.parts.onFrames(report)
          : undefined;
      case 'screenshot':
        return this.screenshotFacts(report);
      case 'stopped':
        return this.stopping?.token === report.token ? this.stopping.resolve() : undefined;
      case 'ended':
        return report.token === this.token ? this.parts.onEnded(report.ageMs) : undefined;
      case 'microphone-lost':
        return report.token === this.token ? this.parts.onMicrophoneLost() : undefined;
      case 'failed':
        return this.failed(report);
    }
  }

  screenshotBytes(requestId: string, jpeg: Uint8Array): void {
    const waiter = this.screenshots.get(requestId);
    // A late one has no waiter any more.
    if (waiter?.facts !== undefined) waiter.resolve({ ...waiter.facts, jpeg });
  }

  private screenshotFacts({
    requestId,
    width,
    height,
    ageMs,
  }: Extract<CaptureReport, { kind: 'screenshot' }>): void {
    const waiter = this.screenshots.get(requestId);
    if (waiter !== undefined) waiter.facts = { width, height, ageMs };
  }

  private failed(report: Extract<CaptureReport, { kind: 'failed' }>): void {
    const error = this.errorOf(report);
    if (report.requestId !== undefined)
      return this.screenshots.get(report.requestId)?.reject(new AppFailure(error));
    if (this.starting?.token === report.token) return this.starting?.reject(new AppFailure(error));
    if (this.stopping?.token === report.token) return this.stopping?.reject(new AppFailure(error));
    if (report.token === undefined || report.token === this.token) this.broken(error, report.ageMs);
  }

  /** Explains a failed start by what main knows: the page learns little about the reason. */
  private errorOf({ token, name, message }: Extract<CaptureReport, { kind: 'failed' }>): AppError {
    const isStart = token !== undefined && this.starting?.token === token;
    if (!isStart) return captureFailed({ name, message });
    const grant = this.parts.windows.captureGrant();
    return captureFailed({ name, message, grant, isToChoose: this.isToChoose });
  }

  private broken(error: AppError, ageMs?: number): void {
    const wasRunning = this.token !== null;
    this.token = null;
    this.rejectAll(error);
    if (wasRunning) this.parts.onBroken(error, ageMs);
  }

  private rejectAll(error: AppError): void {
    const failure = new AppFailure(error);
    for (const waiter of [this.ready, this.starting, this.stopping, ...this.screenshots.values()])
      waiter?.reject(failure);
  }

  private command(command: CaptureCommand): void {
    this.parts.windows.broadcast('capture:command', command);
  }

  /**
   * @param atMostMs the timeout
   * @param how `silence` is the error after the timeout; `isBusy` extends it
   */
  private async wait<T>(
    atMostMs: number,
    arm: (waiter: Waiter<T>) => void,
    { silence = noAnswer, isBusy = () => false }: { silence?: AppError; isBusy?: () => boolean } = {},
  ): Promise<T> {
    const { clock } = this.parts;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const expire = () => (isBusy() ? goOn() : reject(new AppFailure(silence)));
    let timer = clock.setTimeout(expire, atMostMs);
    const goOn = () => {
      clock.clearTimeout(timer);
      timer = clock.setTimeout(expire, atMostMs);
    };
    arm({ resolve, reject, goOn });
    try {
      return await promise;
    } finally {
      clock.clearTimeout(timer);
    }
  }
}

const noAnswer = captureGone('no answer');

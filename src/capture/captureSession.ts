import type { CaptureCommand, CaptureReport, ChunkEnd } from '../shared/recording';
import { recordedSize, type PictureSize } from '../shared/pictureSize';
import { LiveScreen } from './liveScreen';
import { Microphone, requestMicrophone } from './microphone';
import { encodeJpeg } from './screenshot';
import { SegmentFrames } from './segmentFrames';
import { SegmentRecorder } from './segmentRecorder';
import { SizeChanges } from './sizeChanges';

/** How often frames are reported; also the heartbeat that tells main that the capture is alive. */
const REPORT_EVERY_MS = 250;
/** How long to wait for the size of a scaled or changing picture. */
const FIRST_FRAME_MS = 2000;

/** The calls to main. Each rejects when main refuses. */
export type CaptureOutput = {
  report(report: CaptureReport): Promise<void>;
  chunk(token: string, bytes: Uint8Array<ArrayBuffer>, end: ChunkEnd): Promise<void>;
  screenshot(requestId: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
};

type StartCommand = Extract<CaptureCommand, { kind: 'start' }>;
/** Identifies the failed segment or request; `ageMs` is the time since the picture ended. */
type FailedOf = { token?: string; requestId?: string; ageMs?: number };
/** The segment ended and another one is needed; the picture has been missing since then (`performance.now`). */
type Ending = { sinceMs?: number };
type Segment = {
  token: string;
  recorder: SegmentRecorder;
  frames: SegmentFrames;
  beat?: ReturnType<typeof setInterval>;
  /** When recording stopped because the disk is too slow. */
  fullSinceMs?: number;
  ending?: Ending;
  /** Whether its picture is known to fit the encoder's size limit. */
  isFitted: boolean;
  /** Whether main accepts its bytes; nothing is sent before that is known. */
  isWanted: PromiseWithResolvers<boolean>;
  encoderFailed: boolean;
  /** Whether it was made for a picture that keeps changing its size. */
  isForChanges: boolean;
};

/** Runs main's commands. The screen stays open between segments, so that a pause causes no new prompt. */
export class CaptureSession {
  #live: LiveScreen | null = null;
  #segment: Segment | null = null;
  readonly #microphone = new Microphone(requestMicrophone, setTimeout);
  readonly #sizeChanges = new SizeChanges();
  /** Types whose encoder has failed; they are not used again. */
  readonly #failedTypes = new Set<string>();
  readonly #out: CaptureOutput;

  constructor(out: CaptureOutput) {
    this.#out = out;
  }

  async run(command: CaptureCommand): Promise<void> {
    switch (command.kind) {
      case 'start':
        return this.#start(command);
      case 'screenshot':
        return this.#screenshot(command.requestId);
      case 'stop':
        return this.#stop(command.token);
      case 'close':
        return this.#close();
    }
  }

  async #start(command: StartCommand): Promise<void> {
    const { token, blank } = command;
    this.#discardSegment();
    this.#live?.show(!blank);
    try {
      const [live, voice] = await Promise.all([
        this.#open(),
        command.microphone ? this.#microphone.open() : undefined,
      ]);
      const sound = voice && 'track' in voice ? voice.track : undefined;
      sound?.addEventListener('ended', () => this.#soundEnded(token), { once: true });
      live.show(!blank);
      if (sound) sound.enabled = !blank;
      const begun = this.#record(live, sound, command);
      const size = await live.size();
      const isOther = await live.fit(size);
      if (this.#segment !== begun) return;
      if (isOther) this.#discardSegment();
      const segment = isOther ? this.#record(live, sound, command) : begun;
      this.#fitted(segment);
      const microphoneProblem = voice && 'problem' in voice ? voice.problem : undefined;
      await this.#started(live, segment, size, { microphone: sound !== undefined, microphoneProblem });
    } catch (error) {
      this.#close();
      await this.#fail(error, { token });
    }
  }

  /** Begins a segment with the source's current picture. */
  #record(
    live: LiveScreen,
    sound: MediaStreamTrack | undefined,
    { token, timesliceMs }: StartCommand,
  ): Segment {
    const stream = new MediaStream(sound ? [live.picture, sound] : [live.picture]);
    const sizeChanges = this.#sizeChanges.goOn(performance.now());
    const recorder = new SegmentRecorder(
      stream,
      { sizeChanges, failed: this.#failedTypes },
      {
        send: async (bytes, heldUntilMs) => {
          if (!(await segment.isWanted.promise)) return;
          await this.#store(token, bytes, heldUntilMs);
          frames.stored(heldUntilMs);
        },
        onFailure: (error) => this.#recorderFailed(segment, error),
        onFull: (drained) => void this.#waitFor(drained, token),
        onSizeChange: () => this.#sizeChanged(segment),
      },
    );
    const frames = new SegmentFrames(
      live.frames(),
      live.clock,
      () => performance.now(),
      (ageMs) => this.#sizeChanged(segment, ageMs),
    );
    const isForChanges = sizeChanges && recorder.followsSize;
    const isWanted = Promise.withResolvers<boolean>();
    const state = { isFitted: false, encoderFailed: false, isWanted };
    const segment: Segment = { token, recorder, frames, isForChanges, ...state };
    this.#segment = segment;
    recorder.start(timesliceMs);
    // The source's own watch handles a failing track.
    frames.follow().catch(() => undefined);
    return segment;
  }

  /** From now on an encoder failure is attributed to the type, not to the size. */
  #fitted(segment: Segment): void {
    segment.isFitted = true;
    segment.isWanted.resolve(true);
    if (segment.encoderFailed) this.#failedTypes.add(segment.recorder.type);
  }

  async #started(
    live: LiveScreen,
    segment: Segment,
    source: PictureSize,
    sound: Pick<Extract<CaptureReport, { kind: 'started' }>, 'microphone' | 'microphoneProblem'>,
  ): Promise<void> {
    const { token, recorder } = segment;
    const { mimeType, followsSize } = recorder;
    const wanted = recordedSize(source);
    const scaledFrom = wanted.width === source.width && wanted.height === source.height ? undefined : source;
    // Chromium may scale below the bounds, and a changing picture may have another size by now.
    const isFirstAsked = scaledFrom !== undefined || segment.isForChanges;
    const size = isFirstAsked ? await firstSize(segment.frames, wanted) : source;
    const sizes = { ...size, scaledFrom, sizeChanges: followsSize };
    await this.#out.report({ kind: 'started', token, mimeType, ...sizes, ...sound });
    // Main accepts frames only after the segment's start.
    if (this.#segment !== segment) return;
    this.#beat(live, segment);
    segment.beat = setInterval(() => this.#beat(live, segment), REPORT_EVERY_MS);
    if (segment.ending !== undefined) this.#tellEnding(segment, segment.ending);
  }

  async #store(token: string, bytes: Uint8Array<ArrayBuffer>, heldUntilMs: number): Promise<void> {
    const sentAtMs = performance.now();
    await this.#out.chunk(token, bytes, { sentAtMs, ageMs: sentAtMs - heldUntilMs });
  }

  #discardSegment(): void {
    if (this.#segment === null) return;
    clearInterval(this.#segment.beat);
    this.#segment.frames.end();
    this.#segment.recorder.discard();
    this.#segment.isWanted.resolve(false);
    this.#segment = null;
  }

  async #open(): Promise<LiveScreen> {
    if (this.#live?.isLive) return this.#live;
    const live = await LiveScreen.open((ended) => this.#screenEnded(ended));
    // The end was not reported, because the segment was not known yet.
    if (!live.isLive) throw sourceIsGone();
    this.#live = live;
    return live;
  }

  /** After our own close there is nothing to report: `#live` is another screen or null by then. */
  #screenEnded(live: LiveScreen): void {
    if (this.#live !== live) return;
    const token = this.#segment?.token;
    this.#close();
    void this.#fail(sourceIsGone(), { token });
  }

  /** Not called for our own close: stopping a track ends it silently. */
  #soundEnded(token: string): void {
    if (this.#segment?.token === token)
      void this.#deliver(this.#out.report({ kind: 'microphone-lost', token }));
  }

  /** The picture has had another size for `ageMs`. @returns whether the segment continues with it */
  #sizeChanged(segment: Segment, ageMs = 0): boolean {
    const nowMs = performance.now();
    if (segment.ending === undefined) this.#sizeChanges.note(nowMs);
    if (segment.recorder.followsSize) return true;
    this.#endSegment(segment, { sinceMs: nowMs - ageMs });
    return false;
  }

  /** Another encoder may handle what this one cannot; any other error is reported unchanged. */
  #recorderFailed(segment: Segment, error: unknown): void {
    const isEncoder = error instanceof DOMException && error.name === 'EncodingError';
    if (!isEncoder) return void this.#fail(error, { token: segment.token });
    segment.encoderFailed = true;
    if (segment.isFitted) this.#failedTypes.add(segment.recorder.type);
    this.#endSegment(segment, {});
  }

  /** Stops a segment and lets main begin another one. Its buffered data is still written to disk. */
  #endSegment(segment: Segment, ending: Ending): void {
    if (this.#segment !== segment || segment.ending !== undefined) return;
    segment.ending = ending;
    segment.recorder.finish();
    segment.frames.end();
    // Main is told of the start first.
    if (segment.beat !== undefined) this.#tellEnding(segment, ending);
  }

  #tellEnding({ token }: Segment, { sinceMs }: Ending): void {
    const ageMs = sinceMs === undefined ? undefined : performance.now() - sinceMs;
    void this.#deliver(this.#out.report({ kind: 'ended', token, ageMs }));
  }

  /** Without motion, or with a muted track, no frames arrive: the first is normal, the second is a failure. */
  #beat(live: LiveScreen, segment: Segment): void {
    const { token, frames, fullSinceMs, isForChanges } = segment;
    const sentAtMs = performance.now();
    const muted = live.isMuted || fullSinceMs !== undefined;
    const drained = frames.drain();
    const waitingMs = frames.waitingMs();
    const report = { kind: 'frames', token, sentAtMs, muted, waitingMs, frames: drained } as const;
    void this.#deliver(this.#out.report(report));
    if (isForChanges && this.#sizeChanges.hasSettled(sentAtMs))
      this.#endSegment(segment, { sinceMs: sentAtMs });
  }

  async #screenshot(requestId: string): Promise<void> {
    try {
      if (this.#live === null)
        throw new DOMException('The screen is not being captured.', 'InvalidStateError');
      const frame = await this.#live.newest();
      const takenAtMs = performance.now();
      const { width, height, jpeg } = await encodeJpeg(frame);
      const bytes = new Uint8Array(await jpeg.arrayBuffer());
      const ageMs = performance.now() - takenAtMs;
      await this.#out.report({ kind: 'screenshot', requestId, width, height, ageMs });
      await this.#out.screenshot(requestId, bytes);
    } catch (error) {
      await this.#fail(error, { requestId });
    }
  }

  async #stop(token: string): Promise<void> {
    const segment = this.#segment;
    if (segment?.token !== token) return this.#fail(new Error('No such segment.'), { token });
    clearInterval(segment.beat);
    await segment.recorder.stop();
    if (this.#live !== null) this.#beat(this.#live, segment);
    segment.frames.end();
    this.#segment = null;
    await this.#out.report({ kind: 'stopped', token });
  }

  /** Ends the segment with all its data, however slow the disk is; main then continues in another one. */
  async #waitFor(drained: Promise<void>, token: string): Promise<void> {
    const segment = this.#segment;
    if (segment?.token !== token) return;
    const sinceMs = performance.now();
    segment.fullSinceMs = sinceMs;
    segment.frames.end();
    await drained;
    if (this.#segment !== segment) return;
    const full = new DOMException(
      'More video waited to be written than fits into memory.',
      'QuotaExceededError',
    );
    await this.#fail(full, { token, ageMs: performance.now() - sinceMs });
  }

  #close(): void {
    if (this.#segment !== null) clearInterval(this.#segment.beat);
    this.#segment?.frames.end();
    this.#segment?.isWanted.resolve(false);
    this.#segment = null;
    const live = this.#live;
    this.#live = null;
    this.#microphone.close();
    live?.close();
  }

  async #fail(error: unknown, about: FailedOf): Promise<void> {
    const { name, message } = error instanceof Error || error instanceof DOMException ? error : plain(error);
    await this.#deliver(this.#out.report({ kind: 'failed', ...about, name, message }));
  }

  /** If main refuses a report, an uncaught error of this page is the only remaining way to report it. */
  async #deliver(sent: Promise<void>): Promise<void> {
    await sent.catch((error: unknown) => reportError(error));
  }
}

/** The size of the segment's first frame; `otherwise` if none arrives in time. */
function firstSize(frames: SegmentFrames, otherwise: PictureSize): Promise<PictureSize> {
  const late = new Promise<PictureSize>((resolve) => setTimeout(() => resolve(otherwise), FIRST_FRAME_MS));
  return Promise.race([frames.firstSize, late]);
}

function sourceIsGone(): DOMException {
  return new DOMException('The captured screen or window is gone.', 'TrackEnded');
}

function plain(error: unknown): { name: string; message: string } {
  return { name: 'Error', message: String(error) };
}

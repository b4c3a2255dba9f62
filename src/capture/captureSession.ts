import type { CaptureCommand, CaptureReport, ChunkEnd } from '../shared/recording';
import { ClockMapping } from '../shared/clockMapping';
import { FrameWatch } from './frameWatch';
import { Microphone, requestMicrophone } from './microphone';
import { encodeJpeg } from './screenshot';
import { openScreen } from './screenStream';
import { SegmentFrames } from './segmentFrames';
import { SegmentRecorder } from './segmentRecorder';

/** How often frames are reported; also the heartbeat by which main knows that the capture lives. */
const REPORT_EVERY_MS = 250;

/** How many frames may wait while this page is busy, which is how many stay out of the capture's own pool of ten. */
const FRAMES_WAITING = 3;

/** The way to main. Each call rejects when main refuses. */
export type CaptureOutput = {
  report(report: CaptureReport): Promise<void>;
  chunk(token: string, bytes: Uint8Array<ArrayBuffer>, end: ChunkEnd): Promise<void>;
  screenshot(requestId: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
};

/** What failed; `ageMs` is how long ago the picture ended. */
type FailedOf = { token?: string; requestId?: string; ageMs?: number };
type Live = { screen: MediaStreamTrack; watch: FrameWatch; clock: ClockMapping };
type Segment = {
  token: string;
  recorder: SegmentRecorder;
  frames: SegmentFrames;
  beat?: ReturnType<typeof setInterval>;
  /** Since when nothing more is recorded, because the disk does not keep up. */
  fullSinceMs?: number;
};

/** Does what main commands. The screen stays open between segments, so that a pause asks for nothing again. */
export class CaptureSession {
  #live: Live | null = null;
  #segment: Segment | null = null;
  readonly #microphone = new Microphone(requestMicrophone, setTimeout);
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

  async #start(command: Extract<CaptureCommand, { kind: 'start' }>): Promise<void> {
    const { token, blank } = command;
    this.#discardSegment();
    if (this.#live !== null) this.#show(this.#live, !blank);
    try {
      const [live, voice] = await Promise.all([
        this.#open(),
        command.microphone ? this.#microphone.open() : undefined,
      ]);
      const sound = voice && 'track' in voice ? voice.track : undefined;
      sound?.addEventListener('ended', () => this.#soundEnded(token), { once: true });
      this.#show(live, !blank);
      if (sound) sound.enabled = !blank;
      const stream = new MediaStream(sound ? [live.screen, sound] : [live.screen]);
      const recorder = new SegmentRecorder(stream, {
        send: async (chunk, heldUntilMs) => {
          await this.#store(token, chunk, heldUntilMs);
          frames.stored(heldUntilMs);
        },
        onFailure: (error) => void this.#fail(error, { token }),
        onFull: (drained) => void this.#waitFor(drained, token),
      });
      const frames = new SegmentFrames(framesOf(live.screen), live.clock, () => performance.now());
      recorder.start(command.timesliceMs);
      // A track that fails is noticed by the watch on it.
      frames.follow().catch(() => undefined);
      const segment: Segment = { token, recorder, frames };
      this.#segment = segment;
      // The track's settings tell its bounds until the first picture came; the picture tells its size.
      const { displayWidth: width, displayHeight: height } = await live.watch.newest();
      const microphone = sound !== undefined;
      const microphoneProblem = voice && 'problem' in voice ? voice.problem : undefined;
      const { mimeType } = recorder;
      const facts = { token, mimeType, width, height, microphone, microphoneProblem };
      await this.#out.report({ kind: 'started', ...facts });
      // Main takes frames of what has started, and nothing before.
      if (this.#segment !== segment) return;
      this.#beat(live, segment);
      segment.beat = setInterval(() => this.#beat(live, segment), REPORT_EVERY_MS);
    } catch (error) {
      this.#close();
      await this.#fail(error, { token });
    }
  }

  /**
   * A track that is off gives black frames, with the times of those that it hides. Switched before a recorder is made,
   * it holds from that recorder's first frame; what was seen until now is not taken for what is to be seen.
   */
  #show(live: Live, shown: boolean): void {
    if (live.screen.enabled === shown) return;
    live.screen.enabled = shown;
    live.watch.forget();
  }

  async #store(token: string, chunk: Blob, heldUntilMs: number): Promise<void> {
    const bytes = new Uint8Array(await chunk.arrayBuffer());
    const sentAtMs = performance.now();
    await this.#out.chunk(token, bytes, { sentAtMs, ageMs: sentAtMs - heldUntilMs });
  }

  #discardSegment(): void {
    if (this.#segment === null) return;
    clearInterval(this.#segment.beat);
    this.#segment.frames.end();
    this.#segment.recorder.discard();
    this.#segment = null;
  }

  async #open(): Promise<Live> {
    if (this.#live !== null && this.#live.screen.readyState === 'live') return this.#live;
    const screen = await openScreen();
    const watch = new FrameWatch();
    const live = { screen, watch, clock: new ClockMapping() };
    this.#live = live;
    const ended = () => this.#screenEnded(live);
    watch.follow(framesOf(screen)).then(ended, ended);
    return live;
  }

  /** Nothing to tell after our own close: `#live` is another one or none by then. */
  #screenEnded(live: Live): void {
    if (this.#live !== live) return;
    const token = this.#segment?.token;
    this.#close();
    void this.#fail(new DOMException('The captured screen or window is gone.', 'TrackEnded'), { token });
  }

  /** Not called for our own close: stopping a track ends it silently. */
  #soundEnded(token: string): void {
    if (this.#segment?.token === token)
      void this.#deliver(this.#out.report({ kind: 'microphone-lost', token }));
  }

  /** Where nothing moves there are no frames, nor where the track is muted: the one is well, the other is not. */
  #beat({ screen }: Live, { token, frames, fullSinceMs }: Segment): void {
    const sentAtMs = performance.now();
    const muted = screen.muted || fullSinceMs !== undefined;
    const drained = frames.drain();
    const waitingMs = frames.waitingMs();
    const report = { kind: 'frames', token, sentAtMs, muted, waitingMs, frames: drained } as const;
    void this.#deliver(this.#out.report(report));
  }

  async #screenshot(requestId: string): Promise<void> {
    try {
      if (this.#live === null)
        throw new DOMException('The screen is not being captured.', 'InvalidStateError');
      const frame = await this.#live.watch.newest();
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

  /** Ends the segment with all that it holds, however long the disk takes; main then goes on in another one. */
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
    this.#segment = null;
    const live = this.#live;
    this.#live = null;
    this.#microphone.close();
    live?.screen.stop();
    live?.watch.close();
  }

  async #fail(error: unknown, about: FailedOf): Promise<void> {
    const { name, message } = error instanceof Error || error instanceof DOMException ? error : plain(error);
    await this.#deliver(this.#out.report({ kind: 'failed', ...about, name, message }));
  }

  /** A report that main refuses can only become an uncaught error of this page: there is no other way out. */
  async #deliver(sent: Promise<void>): Promise<void> {
    await sent.catch((error: unknown) => reportError(error));
  }
}

function framesOf(track: MediaStreamTrack): ReadableStream<VideoFrame> {
  return new MediaStreamTrackProcessor({ track, maxBufferSize: FRAMES_WAITING }).readable;
}

function plain(error: unknown): { name: string; message: string } {
  return { name: 'Error', message: String(error) };
}

import { chooseContainerType } from './containerType';
import { OrderedSender } from './orderedSender';

const KEY_FRAME_INTERVAL_MS = 1000;
const VIDEO_BITS_PER_SECOND = 4_000_000;
/**
 * Every frame captured so long before a chunk is given is in it, or in one before. Chromium's muxers give a chunk when a
 * frame comes out of the encoder: MP4 the fragment before the key frame that comes, which is itself left for the next. So
 * what is missing was on its way through the encoder: measured 5 to 70 ms, 230 ms on a busy machine, 570 ms while the
 * encoder starts (Chromium 156, software encoder). Where no further frame comes, the last ones stay in the muxer.
 */
const IN_ENCODER_MS = 600;

export type SegmentSinks = {
  /** Answers when the chunk is on disk. `heldUntilMs`: all that was captured until then is in it or was before. */
  send: (chunk: Blob, heldUntilMs: number) => Promise<void>;
  onFailure: (error: unknown) => void;
  /** The disk does not keep up: nothing more is recorded. Resolves when what was is on it; that is not to be hoped for. */
  onFull: (drained: Promise<void>) => void;
};

/** Records one segment: a whole, playable file that reaches `send` chunk by chunk. */
export class SegmentRecorder {
  readonly mimeType: string;
  readonly #recorder: MediaRecorder;
  readonly #sender: OrderedSender;
  readonly #stopped: Promise<void>;
  #isDiscarded = false;

  constructor(stream: MediaStream, sinks: SegmentSinks) {
    const sound = stream.getAudioTracks().length > 0;
    this.mimeType = chooseContainerType(sound, (type) => MediaRecorder.isTypeSupported(type));
    const onFailure = (error: unknown) => {
      if (!this.#isDiscarded) sinks.onFailure(error);
    };
    this.#sender = new OrderedSender(sinks.send, onFailure, () => sinks.onFull(this.stop()));
    this.#recorder = new MediaRecorder(stream, {
      mimeType: this.mimeType,
      videoBitsPerSecond: VIDEO_BITS_PER_SECOND,
      videoKeyFrameIntervalDuration: KEY_FRAME_INTERVAL_MS,
    });
    this.#stopped = new Promise((resolve) =>
      this.#recorder.addEventListener('stop', () => resolve(), { once: true }),
    );
    this.#recorder.addEventListener('dataavailable', ({ data }) => {
      if (!this.#isDiscarded) this.#sender.push(data, performance.now() - IN_ENCODER_MS);
    });
    this.#recorder.addEventListener('error', (event) =>
      onFailure((event as Event & { error?: unknown }).error ?? new Error('The video encoder failed.')),
    );
  }

  start(timesliceMs: number): void {
    this.#recorder.start(timesliceMs);
  }

  /** Ends it; whatever it still holds is thrown away. */
  discard(): void {
    this.#isDiscarded = true;
    if (this.#recorder.state !== 'inactive') this.#recorder.stop();
  }

  /** Resolves when the last chunk is on disk. */
  async stop(): Promise<void> {
    if (this.#recorder.state !== 'inactive') this.#recorder.stop();
    await this.#stopped;
    await this.#sender.drained();
  }
}

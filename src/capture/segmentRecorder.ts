import { chooseContainerType } from './containerType';
import { OrderedSender } from './orderedSender';

const KEY_FRAME_INTERVAL_MS = 1000;
const VIDEO_BITS_PER_SECOND = 4_000_000;

export type SegmentSinks = {
  /** Answers when the chunk is on disk. */
  send: (chunk: Blob) => Promise<void>;
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
      if (!this.#isDiscarded) this.#sender.push(data);
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

import { chooseContainerType, followsSize, type ContainerWishes } from './containerType';
import { FragmentGate } from './fragmentGate';
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
  send: (bytes: Uint8Array<ArrayBuffer>, heldUntilMs: number) => Promise<void>;
  onFailure: (error: unknown) => void;
  /** The recorded picture has another size, which this file cannot hold. */
  onSizeChange: () => void;
  /** The disk does not keep up: nothing more is recorded. Resolves when what was is on it; that is not to be hoped for. */
  onFull: (drained: Promise<void>) => void;
};

/** Records one segment: a whole, playable file that reaches `send` chunk by chunk. */
export class SegmentRecorder {
  /** What the file is. */
  readonly mimeType: string;
  /** What the recorder was asked for. */
  readonly type: string;
  /** Whether the file may hold pictures of several sizes. */
  readonly followsSize: boolean;
  readonly #recorder: MediaRecorder;
  readonly #sender: OrderedSender;
  readonly #stopped: Promise<void>;
  /** Lets the fragments of an MP4 through; nothing is held back of a file that follows the size. */
  readonly #gate: FragmentGate | null;
  #isDiscarded = false;

  constructor(stream: MediaStream, wishes: Omit<ContainerWishes, 'sound'>, sinks: SegmentSinks) {
    const sound = stream.getAudioTracks().length > 0;
    this.type = chooseContainerType({ ...wishes, sound }, (type) => MediaRecorder.isTypeSupported(type));
    this.mimeType = this.type.replace('avc3', 'avc1');
    this.followsSize = followsSize(this.type);
    this.#gate = this.followsSize ? null : new FragmentGate();
    const onFailure = (error: unknown) => {
      if (!this.#isDiscarded) sinks.onFailure(error);
    };
    const send = async (chunk: Blob, heldUntilMs: number) => {
      const bytes = this.#passed(new Uint8Array(await chunk.arrayBuffer()), sinks.onSizeChange);
      if (bytes.length > 0) await sinks.send(bytes, heldUntilMs);
    };
    this.#sender = new OrderedSender(send, onFailure, () => sinks.onFull(this.stop()));
    this.#recorder = new MediaRecorder(stream, {
      mimeType: this.type,
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
    this.finish();
  }

  /** Takes no more frames. What was recorded goes on its way to the disk. */
  finish(): void {
    if (this.#recorder.state !== 'inactive') this.#recorder.stop();
  }

  /** Resolves when the last chunk is on disk. */
  async stop(): Promise<void> {
    this.finish();
    await this.#stopped;
    await this.#sender.drained();
  }

  #passed(chunk: Uint8Array<ArrayBuffer>, onSizeChange: () => void): Uint8Array<ArrayBuffer> {
    if (this.#gate === null) return chunk;
    const { bytes, hasChanged } = this.#gate.pass(chunk);
    if (hasChanged) onSizeChange();
    return bytes;
  }
}

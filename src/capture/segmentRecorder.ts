import { chooseContainerType, followsSize, type ContainerWishes } from './containerType';
import { FragmentGate } from './fragmentGate';
import { OrderedSender } from './orderedSender';

const KEY_FRAME_INTERVAL_MS = 1000;
const VIDEO_BITS_PER_SECOND = 4_000_000;
/**
 * A chunk, or an earlier one, contains every frame captured at least this long before the chunk is delivered.
 * Chromium's muxers deliver a chunk when a frame leaves the encoder; MP4 delivers the fragment before the new key frame
 * and keeps that frame for the next one. So only frames inside the encoder are missing: measured 5 to 70 ms, 230 ms on
 * a busy machine, 570 ms while the encoder starts (Chromium 156, software encoder). If no further frame arrives, the
 * last ones stay in the muxer.
 */
const IN_ENCODER_MS = 600;

export type SegmentSinks = {
  /**
   * Resolves when the chunk is on disk. `heldUntilMs`: this chunk or an earlier one contains everything captured until
   * then.
   */
  send: (bytes: Uint8Array<ArrayBuffer>, heldUntilMs: number) => Promise<void>;
  onFailure: (error: unknown) => void;
  /** The recorded picture has another size, which this file cannot contain. */
  onSizeChange: () => void;
  /**
   * The disk is too slow: recording has stopped. `drained` resolves once the buffered data is written; may take long.
   */
  onFull: (drained: Promise<void>) => void;
};

/** Records one segment: a complete, playable file, passed to `send` in chunks. */
export class SegmentRecorder {
  /** The file's actual type. */
  readonly mimeType: string;
  /** The requested type. */
  readonly type: string;
  /** Whether the file may contain pictures of several sizes. */
  readonly followsSize: boolean;
  readonly #recorder: MediaRecorder;
  readonly #sender: OrderedSender;
  readonly #stopped: Promise<void>;
  /** Filters the fragments of an MP4; null for a file that follows the size, which needs no filter. */
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

  /** Ends the recording and discards all buffered data. */
  discard(): void {
    this.#isDiscarded = true;
    this.finish();
  }

  /** Accepts no more frames. The recorded data is still written to disk. */
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

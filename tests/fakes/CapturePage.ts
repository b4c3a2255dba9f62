import { vi } from 'vitest';
import type { CaptureOutput } from '../../src/capture/captureSession';
import type { CaptureReport } from '../../src/shared/recording';
import type { PictureSize } from '../../src/shared/pictureSize';

/** What Chromium gives the capture page: one screen of a size, and recorders that do what the test says. */
export class CapturePage implements CaptureOutput {
  readonly recorders: FakeRecorder[] = [];
  readonly reports: CaptureReport[] = [];
  readonly #source: Source;
  #woken = Promise.withResolvers<void>();

  /** @param screen the size of what is captured. Undo with `vi.unstubAllGlobals()`. */
  constructor(screen: PictureSize) {
    const { recorders } = this;
    const source: Source = { size: screen, readers: new Set() };
    this.#source = source;
    const found = () => this.#wake();
    class Recorder extends FakeRecorder {
      constructor(stream: FakeStream, options: { mimeType: string }) {
        super(stream, options);
        recorders.push(this);
        found();
      }
    }
    const getDisplayMedia = async () => new FakeStream([new FakeTrack(source)]);
    vi.stubGlobal('navigator', { mediaDevices: { getDisplayMedia } });
    vi.stubGlobal('MediaStream', FakeStream);
    vi.stubGlobal('MediaStreamTrackProcessor', FakeProcessor);
    vi.stubGlobal('MediaRecorder', Recorder);
  }

  /** The source has another size, of which its readers hear with its next frame. */
  resize(size: PictureSize): void {
    this.#source.size = size;
  }

  /** A frame of another size. */
  show(size: PictureSize): void {
    this.resize(size);
    for (const read of this.#source.readers) read();
  }

  async report(report: CaptureReport): Promise<void> {
    if (report.kind === 'frames') return;
    this.reports.push(report);
    this.#wake();
  }

  chunk = (): Promise<void> => Promise.resolve();
  screenshot = (): Promise<void> => Promise.resolve();

  /** Resolves when `isTrue` of what was made and reported. */
  async until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) await this.#woken.promise;
  }

  #wake(): void {
    this.#woken.resolve();
    this.#woken = Promise.withResolvers();
  }
}

type Source = { size: PictureSize; readers: Set<() => void> };

/** A picture as large as its source, or as the bounds that were applied. */
class FakeTrack extends EventTarget {
  readonly kind = 'video';
  enabled = true;
  muted = false;
  readyState = 'live';
  #constraints: MediaTrackConstraints = {};
  readonly source: Source;

  constructor(source: Source) {
    super();
    this.source = source;
  }

  get size(): PictureSize {
    const bound = (of: ConstrainULong | undefined, own: number) =>
      typeof of === 'object' ? Math.min(of.max ?? of.exact ?? own, own) : own;
    const { width, height } = this.#constraints;
    const { size } = this.source;
    return { width: bound(width, size.width), height: bound(height, size.height) };
  }

  clone = () => new FakeTrack(this.source);
  applyConstraints = async (constraints: MediaTrackConstraints) => void (this.#constraints = constraints);
  getConstraints = () => this.#constraints;
  stop = () => void (this.readyState = 'ended');
}

class FakeStream {
  readonly #tracks: FakeTrack[];

  constructor(tracks: FakeTrack[]) {
    this.#tracks = tracks;
  }

  getVideoTracks = () => this.#tracks;
  getAudioTracks = () => [];
}

/** One frame at once, and another where the source shows one. */
class FakeProcessor {
  readonly readable: ReadableStream<VideoFrame>;

  constructor({ track }: { track: FakeTrack }) {
    const { readers } = track.source;
    let give = () => {};
    this.readable = new ReadableStream({
      start(controller) {
        give = () => {
          const { width: displayWidth, height: displayHeight } = track.size;
          const frame = { displayWidth, displayHeight, timestamp: 0, close: () => undefined };
          controller.enqueue(frame as unknown as VideoFrame);
        };
        readers.add(give);
        give();
      },
      cancel: () => void readers.delete(give),
    });
  }
}

/** A recorder that gives nothing, and ends as it is told. */
export class FakeRecorder extends EventTarget {
  static isTypeSupported = () => true;
  readonly mimeType: string;
  readonly size: PictureSize;
  state = 'inactive';

  constructor(stream: FakeStream, { mimeType }: { mimeType: string }) {
    super();
    this.mimeType = mimeType;
    this.size = stream.getVideoTracks()[0]!.size;
  }

  start(): void {
    this.state = 'recording';
  }

  stop(): void {
    this.state = 'inactive';
    this.dispatchEvent(new Event('stop'));
  }

  /** As Chromium does it: the error first, then the end. */
  fail(name: string): void {
    this.state = 'inactive';
    const error = new DOMException('The encoder failed.', name);
    this.dispatchEvent(Object.assign(new Event('error'), { error }));
    this.dispatchEvent(new Event('stop'));
  }
}

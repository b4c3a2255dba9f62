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
    const getDisplayMedia = async ({ video }: { video: MediaTrackConstraints }) =>
      new FakeStream([new FakeTrack(source, video)]);
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

/** The frame that a picture has to fit into, as measured of Chromium 156: with `max` alone it is one of 16 : 9. */
function frameFor({ width, height }: MediaTrackConstraints): PictureSize {
  const [w, h] = [width ?? {}, height ?? {}].map((bound) =>
    typeof bound === 'number' ? { ideal: bound } : bound,
  );
  if (w?.ideal !== undefined && h?.ideal !== undefined) return { width: w.ideal, height: h.ideal };
  const [across = 1280, down = 720] = [w?.max, h?.max];
  const scale = Math.min(across / 16, down / 9);
  return { width: Math.round(scale * 16), height: Math.round(scale * 9) };
}

/** A picture as large as its source, or as large as it fits into what was asked for. */
class FakeTrack extends EventTarget {
  readonly kind = 'video';
  enabled = true;
  muted = false;
  readyState = 'live';
  #constraints: MediaTrackConstraints;
  readonly source: Source;

  constructor(source: Source, constraints: MediaTrackConstraints) {
    super();
    this.source = source;
    this.#constraints = constraints;
  }

  get size(): PictureSize {
    const { width, height } = this.source.size;
    const frame = frameFor(this.#constraints);
    const scale = Math.min(1, frame.width / width, frame.height / height);
    if (scale === 1) return { width, height };
    const even = (pixels: number, most: number) => {
      const up = Math.ceil(Math.round(pixels * scale) / 2) * 2;
      return up > most ? up - 2 : up;
    };
    return { width: even(width, frame.width), height: even(height, frame.height) };
  }

  clone = () => new FakeTrack(this.source, this.#constraints);
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

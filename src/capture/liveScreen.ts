import { ClockMapping } from '../shared/clockMapping';
import { recordedSize, type PictureSize } from '../shared/pictureSize';
import { FrameWatch } from './frameWatch';
import { openScreen } from './screenStream';

/** How many frames may wait while this page is busy, which is how many stay out of the capture's own pool of ten. */
const FRAMES_WAITING = 3;

/** What is captured: the source as it is, and the picture of it that is recorded. */
export class LiveScreen {
  readonly clock = new ClockMapping();
  readonly #watch = new FrameWatch();
  readonly #screen: MediaStreamTrack;
  /** The source itself, or a copy that is scaled down. */
  #picture: MediaStreamTrack;

  private constructor(screen: MediaStreamTrack) {
    this.#screen = screen;
    this.#picture = screen;
  }

  /**
   * Opens the source that main grants to this page.
   * @param onEnded it is gone; not called for our own `close`
   * @throws DOMException as getDisplayMedia gives it
   */
  static async open(onEnded: (live: LiveScreen) => void): Promise<LiveScreen> {
    const live = new LiveScreen(await openScreen());
    const ended = () => onEnded(live);
    live.#watch.follow(framesOf(live.#screen)).then(ended, ended);
    return live;
  }

  get isLive(): boolean {
    return this.#screen.readyState === 'live';
  }

  /** The system gives no picture just now. */
  get isMuted(): boolean {
    return this.#screen.muted;
  }

  /** The track to record. */
  get picture(): MediaStreamTrack {
    return this.#picture;
  }

  /** Frames of the recorded picture from now on. */
  frames(): ReadableStream<VideoFrame> {
    return framesOf(this.#picture);
  }

  /** What the source shows, in its own size. To be drawn at once and not closed by the caller. */
  newest(): Promise<VideoFrame> {
    return this.#watch.newest();
  }

  /**
   * A track that is off gives black frames, with the times of those that it hides. Switched before a recorder is made,
   * it holds from that recorder's first frame; what was seen until now is not taken for what is to be seen.
   */
  show(shown: boolean): void {
    if (this.#screen.enabled !== shown) this.#watch.forget();
    this.#screen.enabled = shown;
    this.#picture.enabled = shown;
  }

  /** The source's size. Its track tells its bounds until the first picture came; the picture tells its size. */
  async size(): Promise<PictureSize> {
    const { displayWidth: width, displayHeight: height } = await this.newest();
    return { width, height };
  }

  /**
   * Makes the picture as large as can be recorded of a source of this size.
   * @returns whether `picture` is another track now
   */
  async fit(size: PictureSize): Promise<boolean> {
    const wanted = recordedSize(size);
    const isWhole = wanted.width === size.width && wanted.height === size.height;
    if (isWhole && this.#picture === this.#screen) return false;
    if (!isWhole && isBoundTo(this.#picture, wanted)) return false;
    const picture = isWhole ? this.#screen : this.#screen.clone();
    const bounds = { width: within(wanted.width), height: within(wanted.height) };
    if (!isWhole) await picture.applyConstraints(bounds);
    this.#dropCopy();
    this.#picture = picture;
    picture.enabled = this.#screen.enabled;
    return true;
  }

  close(): void {
    this.#dropCopy();
    this.#screen.stop();
    this.#watch.close();
  }

  #dropCopy(): void {
    if (this.#picture !== this.#screen) this.#picture.stop();
  }
}

function isBoundTo(track: MediaStreamTrack, { width, height }: PictureSize): boolean {
  const bounds = track.getConstraints();
  return maxOf(bounds.width) === width && maxOf(bounds.height) === height;
}

/** With `max` alone Chromium keeps within the largest frame of 16 : 9 that fits, whatever the shape of the picture. */
function within(pixels: number): ConstrainULongRange {
  return { ideal: pixels, max: pixels };
}

function maxOf(bound: ConstrainULong | undefined): number | undefined {
  return typeof bound === 'object' ? bound.max : undefined;
}

function framesOf(track: MediaStreamTrack): ReadableStream<VideoFrame> {
  return new MediaStreamTrackProcessor({ track, maxBufferSize: FRAMES_WAITING }).readable;
}

import { ClockMapping } from '../shared/clockMapping';
import { recordedSize, type PictureSize } from '../shared/pictureSize';
import { FrameWatch } from './frameWatch';
import { openScreen } from './screenStream';

/** How many frames may queue while this page is busy; they count against the capture's pool of ten. */
const FRAMES_WAITING = 3;

/** The captured source, and the picture of it that is recorded. */
export class LiveScreen {
  readonly clock = new ClockMapping();
  readonly #watch = new FrameWatch();
  readonly #screen: MediaStreamTrack;
  /** The source itself, or a scaled-down copy. */
  #picture: MediaStreamTrack;

  private constructor(screen: MediaStreamTrack) {
    this.#screen = screen;
    this.#picture = screen;
  }

  /**
   * Opens the source that main grants to this page.
   * @param onEnded the source ended; not called for our own `close`
   * @throws DOMException from getDisplayMedia
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

  /** The system provides no picture at the moment. */
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

  /** The source's current frame in its own size. The caller must draw it at once and must not close it. */
  newest(): Promise<VideoFrame> {
    return this.#watch.newest();
  }

  /**
   * A disabled track gives black frames with the times of the hidden frames. If switched before a recorder is made, it
   * applies from that recorder's first frame. Earlier frames no longer count as the screen's content.
   */
  show(shown: boolean): void {
    if (this.#screen.enabled !== shown) this.#watch.forget();
    this.#screen.enabled = shown;
    this.#picture.enabled = shown;
  }

  /** The source's size: the track's settings until the first frame, then the frame's size. */
  async size(): Promise<PictureSize> {
    const { displayWidth: width, displayHeight: height } = await this.newest();
    return { width, height };
  }

  /**
   * Scales the picture to the largest recordable size for a source of this size.
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

/** With `max` alone Chromium uses the largest 16 : 9 frame that fits, regardless of the picture's aspect ratio. */
function within(pixels: number): ConstrainULongRange {
  return { ideal: pixels, max: pixels };
}

function maxOf(bound: ConstrainULong | undefined): number | undefined {
  return typeof bound === 'object' ? bound.max : undefined;
}

function framesOf(track: MediaStreamTrack): ReadableStream<VideoFrame> {
  return new MediaStreamTrackProcessor({ track, maxBufferSize: FRAMES_WAITING }).readable;
}

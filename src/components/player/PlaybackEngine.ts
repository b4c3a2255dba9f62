import type { PlaybackSegment } from '../../shared/playback/playback';
import { fromLineTime, itemAt, toLineTime, type TimeLine } from '../../shared/playback/timeLine';
import { toSessionTime, toVideoTime } from '../../shared/playback/timeMap';

/** The members of a video element that the engine uses. Times in seconds. */
export type PlayedVideo = Pick<
  HTMLVideoElement,
  'currentTime' | 'playbackRate' | 'ended' | 'seeking' | 'play' | 'pause' | 'readyState'
>;

/**
 * `loading`: the segment's video is not loaded yet; `error`: it cannot be played; `gap`: there is no video at this
 * time.
 */
export type Picture = 'loading' | 'ready' | 'error' | 'gap';

export type PlaybackState = {
  /** Microseconds on the session's clock. */
  tUs: number;
  playing: boolean;
  speed: number;
  /** The segment whose video is loaded or will be loaded. */
  segment: number | null;
  picture: Picture;
};

const HAVE_METADATA = 1;
/** Keeps a rounded frame end from matching the next frame's start. */
const AT_REST_S = 0.0005;

/**
 * Plays a session's segments and gaps as one line. Within a segment the video sets the time; in gaps, and if a video
 * cannot be played, the clock does. The element's owner reports its events and calls `tick` for each drawn frame.
 */
export class PlaybackEngine {
  readonly #line: TimeLine;
  readonly #segments: readonly PlaybackSegment[];
  readonly #broken = new Set<number>();
  readonly #listeners = new Set<() => void>();
  #video: PlayedVideo | null = null;
  #state: PlaybackState;
  /** The requested video position in seconds, applied as soon as possible. */
  #wanted: number | null = null;
  #tickedMs: number | null = null;

  constructor(line: TimeLine, segments: readonly PlaybackSegment[]) {
    this.#line = line;
    this.#segments = segments;
    const { segment } = itemAt(line, 0);
    const picture = segment === null ? 'gap' : 'loading';
    this.#state = { tUs: 0, playing: false, speed: 1, segment, picture };
    if (segment !== null) this.#wanted = this.#videoTime(segment, 0);
  }

  readonly state = (): PlaybackState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** @param exact a position in a segment's video that is known more precisely than `tUs` */
  seek(tUs: number, exact?: { segment: number; atUs: number }): void {
    const to = Math.max(0, Math.min(this.#line.durationUs, tUs));
    const { segment } = itemAt(this.#line, to);
    if (segment === null) {
      this.#video?.pause();
      return this.#change({ tUs: to, picture: 'gap' });
    }
    this.#wanted = exact?.segment === segment ? exact.atUs / 1e6 : this.#videoTime(segment, to);
    const isLoaded = segment === this.#state.segment;
    if (!isLoaded) this.#video = null;
    const picture = this.#broken.has(segment) ? 'error' : this.#video === null ? 'loading' : 'ready';
    this.#change({ tUs: to, segment, picture });
    this.#moveVideo();
  }

  /** The element with the video of the current segment has its metadata; null: the element was removed. */
  videoLoaded(video: PlayedVideo | null): void {
    this.#video = video;
    if (video === null || this.#state.segment === null) return;
    this.#broken.delete(this.#state.segment);
    if (this.#state.picture !== 'gap') this.#change({ picture: 'ready' });
    this.#moveVideo();
  }

  videoSeeked(): void {
    this.#moveVideo();
  }

  videoFailed(): void {
    const { segment, picture } = this.#state;
    if (segment !== null) this.#broken.add(segment);
    this.#video = null;
    if (picture !== 'gap') this.#change({ picture: 'error' });
  }

  play(): void {
    if (this.#state.tUs >= this.#line.durationUs) this.seek(0);
    this.#tickedMs = null;
    this.#change({ playing: true });
    this.#moveVideo();
  }

  pause(): void {
    this.#video?.pause();
    this.#change({ playing: false });
  }

  setSpeed(speed: number): void {
    this.#change({ speed });
    if (this.#video) this.#video.playbackRate = speed;
  }

  /** @param nowMs any clock that advances between frames */
  tick(nowMs: number): void {
    const passedMs = nowMs - (this.#tickedMs ?? nowMs);
    this.#tickedMs = nowMs;
    if (!this.#state.playing) return;
    const item = itemAt(this.#line, this.#state.tUs);
    const tUs = this.#next(item.segment, passedMs);
    if (tUs === null) return;
    if (tUs >= this.#line.durationUs) {
      this.pause();
      this.#change({ tUs: this.#line.durationUs });
    } else if (tUs >= item.untilUs) this.seek(tUs);
    else this.#change({ tUs });
  }

  /** The next playback position; null while the video loads. */
  #next(segment: number | null, passedMs: number): number | null {
    const { picture, speed, tUs } = this.#state;
    const video = this.#video;
    if (segment !== null && picture === 'loading') return null;
    if (segment !== null && picture === 'ready' && video !== null && !video.ended) {
      if (this.#wanted !== null || video.seeking) return null;
      return Math.max(tUs, toSessionTime(this.#segments[segment]!.points, video.currentTime * 1e6));
    }
    const lineUs = toLineTime(this.#line, tUs) + passedMs * 1000 * speed;
    return lineUs >= this.#line.lengthUs ? this.#line.durationUs : fromLineTime(this.#line, lineUs);
  }

  #videoTime(segment: number, tUs: number): number {
    return Math.max(0, toVideoTime(this.#segments[segment]!.points, tUs) / 1e6 + AT_REST_S);
  }

  /** Moves the video to the requested position, one seek at a time, and plays it if needed. */
  #moveVideo(): void {
    const video = this.#video;
    if (video === null || this.#state.picture !== 'ready' || video.readyState < HAVE_METADATA) return;
    video.playbackRate = this.#state.speed;
    if (this.#wanted !== null && !video.seeking) {
      video.currentTime = this.#wanted;
      this.#wanted = null;
    }
    if (!this.#state.playing || video.seeking) return;
    // Rejects if another position is requested first; the next move plays again.
    video.play().catch((error: unknown) => {
      if ((error as DOMException).name === 'NotAllowedError') this.pause();
    });
  }

  #change(change: Partial<PlaybackState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

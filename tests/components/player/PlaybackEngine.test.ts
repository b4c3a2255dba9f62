import { describe, expect, it } from 'vitest';
import { PlaybackEngine, type PlayedVideo } from '../../../src/components/player/PlaybackEngine';
import type { PlaybackSegment } from '../../../src/shared/playback/playback';
import { makeTimeLine } from '../../../src/shared/playback/timeLine';

const S = 1_000_000;

/** A media element that seeks when the test says so. */
class FakeVideo implements PlayedVideo {
  #at = 0;
  seeking = false;
  playbackRate = 1;
  ended = false;
  readyState = 4;
  paused = true;
  seeks: number[] = [];
  get currentTime(): number {
    return this.#at;
  }
  set currentTime(seconds: number) {
    this.#at = seconds;
    this.seeking = true;
    this.ended = false;
    this.seeks.push(seconds);
  }
  play(): Promise<void> {
    this.paused = false;
    return Promise.resolve();
  }
  pause(): void {
    this.paused = true;
  }
  /** Plays on to `seconds` of its file. */
  reach(seconds: number): void {
    this.#at = seconds;
  }
}

function segment(file: string, from: number, until: number): PlaybackSegment {
  return { file, fromUs: from * S, untilUs: until * S, epoch: 0, points: [{ tUs: from * S, ptsUs: 0 }] };
}

/** 10 s, an hour without picture, 10 s more. */
function engineOf() {
  const segments = [segment('video/0001.mp4', 0, 10), segment('video/0002.mp4', 3610, 3620)];
  const engine = new PlaybackEngine(makeTimeLine(segments, 3620 * S), segments);
  const load = () => {
    const video = new FakeVideo();
    engine.videoLoaded(video);
    settle(video);
    return video;
  };
  const settle = (video: FakeVideo) => {
    while (video.seeking) {
      video.seeking = false;
      engine.videoSeeked();
    }
  };
  return { engine, load, settle };
}

describe('the engine of the player', () => {
  it('follows the video within a segment, on the session’s clock', () => {
    const { engine, load } = engineOf();
    expect(engine.state()).toMatchObject({ segment: 0, picture: 'loading', playing: false });
    const video = load();
    engine.play();
    expect(video.paused).toBe(false);
    video.reach(4);
    engine.tick(0);
    expect(engine.state().tUs).toBe(4 * S);
  });

  it('goes across a gap in a second and a half, and begins the next segment at its start', () => {
    const { engine, load } = engineOf();
    const video = load();
    engine.play();
    video.reach(10.01);
    engine.tick(0);
    expect(engine.state()).toMatchObject({ picture: 'gap' });
    expect(video.paused).toBe(true);
    engine.tick(750);
    expect(engine.state().tUs / S).toBeCloseTo(1810, -1);
    engine.tick(1600);
    expect(engine.state()).toMatchObject({ segment: 1, picture: 'loading', playing: true });
    const next = load();
    expect(next.seeks[0]).toBeCloseTo(0, 0);
    expect(next.paused).toBe(false);
  });

  it('shows an exact frame where one is known, in whichever segment', () => {
    const { engine, load } = engineOf();
    load();
    engine.seek(3612 * S, { segment: 1, atUs: 1_500_000 });
    expect(engine.state()).toMatchObject({ segment: 1, picture: 'loading', tUs: 3612 * S });
    expect(load().seeks).toEqual([1.5]);
  });

  it('seeks one place at a time, and ends at the last one asked for', () => {
    const { engine, load, settle } = engineOf();
    const video = load();
    video.seeks = [];
    for (const seconds of [1, 2, 3, 4]) engine.seek(seconds * S);
    settle(video);
    expect(video.seeks.map(Math.round)).toEqual([1, 4]);
  });

  it('lets time go on where the video ends early or cannot be played', () => {
    const { engine, load } = engineOf();
    const video = load();
    engine.play();
    video.reach(9);
    video.ended = true;
    engine.tick(0);
    engine.seek(9 * S);
    video.seeking = false;
    engine.videoSeeked();
    video.ended = true;
    engine.tick(100);
    engine.tick(600);
    expect(engine.state().tUs).toBeGreaterThan(9.4 * S);

    const broken = engineOf();
    broken.engine.videoFailed();
    broken.engine.play();
    broken.engine.tick(0);
    broken.engine.tick(2000);
    expect(broken.engine.state()).toMatchObject({ picture: 'error', tUs: 2 * S });
  });

  it('plays faster and slower, stops at the end, and begins again from there', () => {
    const { engine, load } = engineOf();
    const video = load();
    engine.setSpeed(4);
    expect(video.playbackRate).toBe(4);
    engine.seek(3619 * S);
    const last = load();
    engine.play();
    last.reach(10);
    engine.tick(0);
    expect(engine.state()).toMatchObject({ playing: false, tUs: 3620 * S });
    engine.play();
    expect(engine.state()).toMatchObject({ playing: true, tUs: 0, segment: 0 });
  });
});

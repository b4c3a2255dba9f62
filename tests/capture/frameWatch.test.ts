import { describe, expect, it } from 'vitest';
import { chooseContainerType, followsSize } from '../../src/capture/containerType';
import { FrameWatch } from '../../src/capture/frameWatch';
import { SegmentFrames } from '../../src/capture/segmentFrames';
import { ClockMapping } from '../../src/shared/clockMapping';

class Frame {
  closed = false;
  readonly timestamp: number;
  constructor(timestamp: number) {
    this.timestamp = timestamp;
  }
  close(): void {
    this.closed = true;
  }
}

/** A track whose frames the test makes; the test's time goes on by hand. */
function track() {
  const time = { ms: 0 };
  const frames = new TransformStream<VideoFrame>();
  const writer = frames.writable.getWriter();
  const show = async (timestampUs: number) => {
    const frame = new Frame(timestampUs);
    await writer.write(frame as unknown as VideoFrame);
    return frame;
  };
  return { time, show, readable: frames.readable, end: () => writer.close() };
}

function segmentOf({ readable, time }: ReturnType<typeof track>) {
  const segment = new SegmentFrames(readable, new ClockMapping(), () => time.ms);
  return { segment, followed: segment.follow() };
}

describe('the frames of a segment', () => {
  it('count their presentation times from the first and tell the age of each', async () => {
    const screen = track();
    const { segment, followed } = segmentOf(screen);
    screen.time.ms = 100;
    await screen.show(5_000_000);
    screen.time.ms = 133;
    const second = await screen.show(5_033_000);
    await screen.end();
    await followed;
    screen.time.ms = 150;
    expect(segment.drain()).toEqual([
      { ageMs: 50, ptsUs: 0 },
      { ageMs: 17, ptsUs: 33_000 },
    ]);
    expect(segment.drain()).toEqual([]);
    expect(second.closed).toBe(true);
  });

  it('are as old as their capture, however late a busy page read them', async () => {
    const screen = track();
    const { segment, followed } = segmentOf(screen);
    screen.time.ms = 200;
    await screen.show(1_100_000);
    screen.time.ms = 220;
    await screen.show(1_133_000);
    await screen.show(1_166_000);
    await screen.end();
    await followed;
    screen.time.ms = 250;
    // The last was read the least late: it says how late the others were.
    expect(segment.drain()).toEqual([
      { ageMs: 250 - 154, ptsUs: 0 },
      { ageMs: 250 - 187, ptsUs: 33_000 },
      { ageMs: 250 - 220, ptsUs: 66_000 },
    ]);
  });
});

describe('the watch on frames', () => {
  it('keeps the newest frame only and waits for the first', async () => {
    const screen = track();
    const watch = new FrameWatch();
    const followed = watch.follow(screen.readable);
    const first = watch.newest();
    const one = await screen.show(1);
    expect(await first).toBe(one);
    const two = await screen.show(2);
    await screen.end();
    await followed;
    expect(one.closed).toBe(true);
    expect(await watch.newest()).toBe(two);
    watch.close();
    expect(two.closed).toBe(true);
  });
});

describe('the choice of the container', () => {
  it.each([
    [false, /./, 'video/mp4;codecs=avc3.640033'],
    [true, /./, 'video/mp4;codecs=avc3.640033,mp4a.40.2'],
    [true, /opus/, 'video/mp4;codecs=avc3.640033,opus'],
    [false, /webm/, 'video/webm;codecs=vp9'],
  ])('with sound %s and support for %s is %s', (sound, supported, expected) => {
    const wishes = { sound, sizeChanges: false, failed: new Set<string>() };
    expect(chooseContainerType(wishes, (type) => supported.test(type))).toBe(expected);
  });

  it('is one whose frames tell their size, while that changes all the time', () => {
    for (const sound of [true, false]) {
      const wishes = { sound, sizeChanges: true, failed: new Set<string>() };
      expect(followsSize(chooseContainerType(wishes, () => true))).toBe(true);
    }
  });

  it('is the next one where an encoder has failed, until none is left', () => {
    const failed = new Set<string>();
    for (const expected of [/avc3.640033/, /avc3.42E01F/, /vp9/, /vp8/]) {
      const chosen = chooseContainerType({ sound: false, sizeChanges: false, failed }, () => true);
      expect(chosen).toMatch(expected);
      failed.add(chosen);
    }
    expect(() => chooseContainerType({ sound: false, sizeChanges: false, failed }, () => true)).toThrow(
      'No video format',
    );
  });
});

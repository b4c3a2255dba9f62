import { describe, expect, it } from 'vitest';
import { chooseContainerType } from '../../src/capture/containerType';
import { FrameWatch } from '../../src/capture/frameWatch';

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

/** A watch on a track whose frames the test makes; the test's time goes on by hand. */
function watching() {
  const time = { ms: 0 };
  const watch = new FrameWatch(() => time.ms);
  const frames = new TransformStream<VideoFrame>();
  const writer = frames.writable.getWriter();
  const followed = watch.follow(frames.readable);
  const show = async (timestampUs: number) => {
    const frame = new Frame(timestampUs);
    await writer.write(frame as unknown as VideoFrame);
    return frame;
  };
  return { time, watch, show, followed, end: () => writer.close() };
}

describe('the watch on frames', () => {
  it('counts presentation times from the first frame of the segment and tells the age of each', async () => {
    const { time, watch, show, followed, end } = watching();
    await show(1_000_000);
    watch.beginSegment();
    time.ms = 100;
    await show(5_000_000);
    time.ms = 133;
    await show(5_033_000);
    await end();
    await followed;
    time.ms = 150;
    expect(watch.drain()).toEqual([
      { ageMs: 50, ptsUs: 0 },
      { ageMs: 17, ptsUs: 33_000 },
    ]);
    expect(watch.drain()).toEqual([]);
  });

  it('tells the age by the time of capture, however late a busy page read the frame', async () => {
    const { time, watch, show, followed, end } = watching();
    watch.beginSegment();
    time.ms = 200;
    await show(1_100_000);
    time.ms = 220;
    await show(1_133_000);
    await show(1_166_000);
    await end();
    await followed;
    time.ms = 250;
    // The last was read the least late: it says how late the others were.
    expect(watch.drain()).toEqual([
      { ageMs: 250 - 154, ptsUs: 0 },
      { ageMs: 250 - 187, ptsUs: 33_000 },
      { ageMs: 250 - 220, ptsUs: 66_000 },
    ]);
  });

  it('remembers nothing of a pause, however long', async () => {
    const { watch, show, followed, end } = watching();
    watch.beginSegment();
    await show(1);
    watch.endSegment();
    const newest = await show(2);
    expect(watch.drain()).toEqual([]);
    expect(await watch.newest()).toBe(newest);
    await end();
    await followed;
  });

  it('keeps the newest frame only and waits for the first', async () => {
    const { watch, show, followed, end } = watching();
    const first = watch.newest();
    const one = await show(1);
    expect(await first).toBe(one);
    const two = await show(2);
    await end();
    await followed;
    expect(one.closed).toBe(true);
    expect(await watch.newest()).toBe(two);
    watch.close();
    expect(two.closed).toBe(true);
  });
});

describe('the choice of the container', () => {
  it.each([
    [false, /./, 'video/mp4;codecs=avc1.640033'],
    [true, /./, 'video/mp4;codecs=avc1.640033,mp4a.40.2'],
    [true, /opus/, 'video/mp4;codecs=avc1.640033,opus'],
    [false, /webm/, 'video/webm;codecs=vp9'],
  ])('with sound %s and support for %s is %s', (sound, supported, expected) => {
    expect(chooseContainerType(sound, (type) => supported.test(type))).toBe(expected);
  });

  it('says when nothing can be recorded', () => {
    expect(() => chooseContainerType(false, () => false)).toThrow('No video format');
  });
});

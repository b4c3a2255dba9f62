import { setImmediate as nextTask } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { SegmentFrames } from '../../src/capture/segmentFrames';
import { ClockMapping } from '../../src/shared/clockMapping';

/** Hands out frames as Chromium does: taken at a pull, given in a task of their own, lost if it was cancelled meanwhile. */
class Screen {
  readonly out = new Set<object>();
  isCancelled = false;
  #controller!: ReadableStreamDefaultController<VideoFrame>;
  #isPulled = false;
  readonly stream = new ReadableStream<VideoFrame>(
    {
      start: (controller) => void (this.#controller = controller),
      pull: () => void (this.#isPulled = true),
      cancel: () => void (this.isCancelled = true),
    },
    { highWaterMark: 0 },
  );

  async show(timestamp: number, meanwhile = () => {}): Promise<void> {
    if (!this.#isPulled) return;
    this.#isPulled = false;
    const frame = { timestamp, close: () => void this.out.delete(frame) };
    this.out.add(frame);
    meanwhile();
    await nextTask();
    if (!this.isCancelled) this.#controller.enqueue(frame as unknown as VideoFrame);
    await nextTask();
  }
}

function follow(screen: Screen) {
  const frames = new SegmentFrames(screen.stream, new ClockMapping(), () => 100);
  return { frames, over: frames.follow() };
}

test('ends without losing the frame that is on its way, and lets the stream go with it', async () => {
  const screen = new Screen();
  const { frames, over } = follow(screen);
  await nextTask();
  await screen.show(1_000_000);
  frames.drain();
  await screen.show(1_040_000, () => frames.end());
  await over;
  expect(screen).toMatchObject({ isCancelled: true, out: new Set() });
  expect(frames.drain()).toEqual([]);
});

test('ended on a screen where nothing moves, it lets the stream go as soon as something does', async () => {
  const screen = new Screen();
  const { frames, over } = follow(screen);
  await nextTask();
  frames.end();
  await nextTask();
  await screen.show(1_000_000);
  await over;
  expect(screen).toMatchObject({ isCancelled: true, out: new Set() });
});

test('tells since when the oldest frame waits that is not certainly on the disk', async () => {
  const screen = new Screen();
  let nowMs = 5000;
  const frames = new SegmentFrames(screen.stream, new ClockMapping(), () => nowMs);
  void frames.follow();
  await nextTask();
  expect(frames.waitingMs()).toBeUndefined();
  for (const atMs of [5000, 5040, 5080]) {
    nowMs = atMs;
    await screen.show(atMs * 1000);
  }
  frames.drain();
  nowMs = 6000;
  expect(frames.waitingMs()).toBe(1000);
  frames.stored(5040);
  expect(frames.waitingMs()).toBe(920);
  frames.stored(5080);
  expect(frames.waitingMs()).toBeUndefined();
  frames.end();
  await screen.show(7_000_000);
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  FramePoints,
  toSessionTime,
  toVideoTime,
  type FramePoint,
} from '../../../src/shared/playback/timeMap';

const TOLERANCE_US = 4000;

function pointsOf(frames: FramePoint[]): FramePoint[] {
  const points = new FramePoints(TOLERANCE_US);
  for (const frame of frames) points.add(frame);
  return points.points();
}

/** Frames about 33 ms apart whose times were taken with a jitter, beginning anywhere on the session's clock. */
const frames = fc
  .tuple(
    fc.nat(1e9),
    fc.array(fc.record({ stepUs: fc.integer({ min: 8000, max: 90_000 }), jitterUs: fc.nat(3000) }), {
      minLength: 1,
      maxLength: 200,
    }),
  )
  .map(([fromUs, steps]) => {
    let ptsUs = 0;
    return steps.map(({ stepUs, jitterUs }, index) => {
      if (index > 0) ptsUs += stepUs;
      return { tUs: fromUs + ptsUs + jitterUs, ptsUs };
    });
  });

describe('session time and video time', () => {
  test('few points say where every frame is, within the tolerance, both ways', () => {
    fc.assert(
      fc.property(frames, (all) => {
        const points = pointsOf(all);
        for (const { tUs, ptsUs } of all) {
          expect(Math.abs(toVideoTime(points, tUs) - ptsUs)).toBeLessThanOrEqual(TOLERANCE_US + 1);
          expect(Math.abs(toSessionTime(points, ptsUs) - tUs)).toBeLessThanOrEqual(2 * TOLERANCE_US + 1);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('an hour of even frames needs two points', () => {
    const even = Array.from({ length: 108_000 }, (_, n) => ({
      tUs: 5_000_000 + n * 33_333,
      ptsUs: n * 33_333,
    }));
    expect(pointsOf(even)).toEqual([even[0], even.at(-1)]);
  });

  test('outside its frames a segment goes on at the session’s pace', () => {
    const points = [
      { tUs: 1_000_000, ptsUs: 0 },
      { tUs: 3_000_000, ptsUs: 2_000_000 },
    ];
    expect(toVideoTime(points, 3_500_000)).toBe(2_500_000);
    expect(toVideoTime(points, 900_000)).toBe(-100_000);
    expect(toSessionTime(points, 2_500_000)).toBe(3_500_000);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromLineTime, itemAt, makeTimeLine, toLineTime } from '../../../src/shared/playback/timeLine';

const S = 1_000_000;
const stretch = (from: number, until: number) => ({ fromUs: from * S, untilUs: until * S });

describe('the time line', () => {
  const line = makeTimeLine([stretch(0, 10), stretch(3610, 3620), stretch(3620.05, 3630)], 3632 * S);

  test('has segments and gaps in order; a gap takes no longer than a second and a half', () => {
    expect(line.items.map(({ segment }) => segment)).toEqual([0, null, 1, 2, null]);
    expect(line.lengthUs).toBeCloseTo((10 + 1.5 + 10 + 10 + 1.5) * S);
    expect(line.durationUs).toBe(3632 * S);
  });

  test('leads from the session to the line and back, across gaps', () => {
    expect(toLineTime(line, 5 * S)).toBe(5 * S);
    expect(toLineTime(line, 1810 * S)).toBe(10.75 * S);
    expect(toLineTime(line, 3611 * S)).toBe(12.5 * S);
    expect(fromLineTime(line, 12.5 * S)).toBe(3611 * S);
    expect(itemAt(line, 3611 * S).segment).toBe(1);
    expect(itemAt(line, 9999 * S).segment).toBe(null);
  });

  test('without any video is one gap as long as the session', () => {
    const silent = makeTimeLine([], 60 * S);
    expect(silent.items).toMatchObject([{ segment: null, fromUs: 0, untilUs: 60 * S }]);
    expect(makeTimeLine([], 0).items).toHaveLength(1);
  });

  test('for any segments: every instant has one place, in order, and comes back', () => {
    const lengths = fc.array(fc.tuple(fc.nat(30), fc.integer({ min: 1, max: 30 })), { maxLength: 12 });
    fc.assert(
      fc.property(lengths, fc.nat(20), fc.double({ min: 0, max: 1, noNaN: true }), (pairs, rest, share) => {
        let at = 0;
        const segments = pairs.map(([gap, length]) => stretch((at += gap), (at += length)));
        const made = makeTimeLine(segments, (at + rest) * S);
        const tUs = share * made.durationUs;
        const item = itemAt(made, tUs);
        expect(tUs).toBeGreaterThanOrEqual(item.fromUs);
        expect(tUs).toBeLessThanOrEqual(item.untilUs);
        expect(fromLineTime(made, toLineTime(made, tUs))).toBeCloseTo(tUs, 0);
        expect(
          made.items.every((one, index) => index === 0 || one.fromUs === made.items[index - 1]!.untilUs),
        ).toBe(true);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClockMapping } from '../../src/shared/clockMapping';

const SECOND = 1_000_000;
const HOUR = 3600 * SECOND;

type Reading = { happenedUs: number; sourceUs: number; readUs: number };

/** Reads things late that happen on a clock of their own; nothing is read before what happened earlier. */
function readings(
  happenedUs: number[],
  sourceOf: (happenedUs: number) => number,
  delaysUs: number[],
): Reading[] {
  let lastUs = -Infinity;
  return happenedUs.map((at, index) => {
    lastUs = Math.max(lastUs, at + delaysUs[index % delaysUs.length]!);
    return { happenedUs: at, sourceUs: sourceOf(at), readUs: lastUs };
  });
}

/** By how much each answer is off what is true. */
function errors(all: Reading[]): number[] {
  const mapping = new ClockMapping();
  return all.map(({ happenedUs, sourceUs, readUs }) => mapping.map(sourceUs, readUs) - happenedUs);
}

const everyFrame = (count: number, fromUs = 0, everyUs = 33_333) =>
  Array.from({ length: count }, (_, index) => fromUs + index * everyUs);

const jitter = fc.array(fc.integer({ min: 0, max: 400_000 }), { minLength: 20, maxLength: 60 });

describe('the times of another clock on ours', () => {
  it('are rid of the jitter of reading: only the shortest delay stays', () => {
    fc.assert(
      fc.property(jitter, fc.integer({ min: -HOUR, max: HOUR }), (delays, offsetUs) => {
        const all = readings(everyFrame(300), (at) => at + offsetUs, delays);
        const found = all.map(({ happenedUs, readUs }) => readUs - happenedUs);
        const least = Math.min(...found);
        const settled = errors(all).slice(found.indexOf(least));
        for (const error of settled) expect(error).toBeLessThanOrEqual(least);
      }),
    );
  });

  it('never lie in the future and never go back, whatever the clocks do', () => {
    const reading = fc.record({
      sourceUs: fc.integer({ min: -300 * HOUR, max: 300 * HOUR }),
      afterUs: fc.integer({ min: 0, max: 10 * SECOND }),
    });
    fc.assert(
      fc.property(fc.array(reading), (all) => {
        const mapping = new ClockMapping();
        let [readUs, lastUs] = [0, -Infinity];
        for (const { sourceUs, afterUs } of all) {
          readUs += afterUs;
          const mapped = mapping.map(sourceUs, readUs);
          expect(mapped).toBeLessThanOrEqual(readUs);
          expect(mapped).toBeGreaterThanOrEqual(lastUs);
          lastUs = mapped;
        }
      }),
    );
  });

  it('go on over a pause without a step', () => {
    const times = [...everyFrame(100), ...everyFrame(100, HOUR)];
    const found = errors(readings(times, (at) => at + 5 * SECOND, [4000, 90_000, 30_000]));
    expect(Math.max(...found.slice(100))).toBeLessThanOrEqual(4000);
    expect(Math.min(...found)).toBeGreaterThanOrEqual(0);
  });

  it.each([100, -100])('follow a drift of %i ppm over 8 hours', (ppm) => {
    const times = everyFrame(8 * 3600, 0, SECOND);
    const found = errors(readings(times, (at) => at * (1 + ppm / 1e6) + HOUR, [1000, 80_000, 20_000]));
    // 60 s of 100 ppm beside the shortest delay.
    for (const error of found.slice(60)) expect(Math.abs(error)).toBeLessThanOrEqual(1000 + 6000);
  });

  it.each([3 * HOUR, -3 * HOUR, 10 * SECOND, -10 * SECOND])(
    'follow a jump of %i µs within two seconds',
    (jumpUs) => {
      const times = everyFrame(600);
      const all = readings(times, (at) => (at < 10 * SECOND ? at : at + jumpUs), [2000, 70_000, 15_000]);
      const found = errors(all);
      for (const [index, error] of found.entries()) {
        const isSettling = times[index]! >= 10 * SECOND && times[index]! < 12 * SECOND;
        // While nobody can tell, the time of reading counts: late, and not wrong by hours.
        expect(error).toBeLessThanOrEqual(isSettling ? 72_000 : 15_000);
        expect(error).toBeGreaterThanOrEqual(0);
      }
    },
  );

  it('forget a reading that was wrong by less than a jump within a minute', () => {
    const times = everyFrame(70, 0, SECOND);
    const found = errors(readings(times, (at) => (at === 5 * SECOND ? at + 300_000 : at), [1000]));
    expect(found[6]).toBeLessThan(-100_000);
    for (const error of found.slice(66)) expect(error).toBe(1000);
  });

  it('are not led astray by one reading that came very late', () => {
    const delays = Array.from({ length: 300 }, (_, index) => (index === 50 ? 2_500_000 : 1000));
    const found = errors(readings(everyFrame(300), (at) => at, delays));
    expect(found[49]).toBe(1000);
    expect(found[299]).toBe(1000);
  });
});

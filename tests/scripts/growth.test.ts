import { describe, expect, it } from 'vitest';
import { growthPerMinute } from '../../bench/lib/growth.mjs';

const MIB = 1024 ** 2;
const samples = (bytesAt: (minutes: number) => number) =>
  Array.from({ length: 600 }, (_, half) => ({ minutes: half / 120, bytes: bytesAt(half / 120) }));

describe('how fast memory grows', () => {
  it('is told in bytes a minute, without the start', () => {
    const start = (minutes: number) => (minutes < 0.5 ? minutes * 400 * MIB : 200 * MIB);
    const grown = growthPerMinute(samples((minutes) => start(minutes) + 3 * MIB * minutes));
    expect(grown / MIB).toBeCloseTo(3, 2);
  });

  it('is not told by spikes', () => {
    const spiky = samples(() => 100 * MIB).map((sample, index) =>
      index % 90 === 80 ? { ...sample, bytes: (200 + index) * MIB } : sample,
    );
    expect(growthPerMinute(spiky)).toBe(0);
  });

  it('is nothing where there is nothing to tell it from', () => {
    expect(growthPerMinute([])).toBe(0);
    expect(growthPerMinute([{ minutes: 0, bytes: 5 }])).toBe(0);
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recordedSize } from '../../src/shared/pictureSize';

const size = fc.record({
  width: fc.integer({ min: 1, max: 20_000 }),
  height: fc.integer({ min: 1, max: 20_000 }),
});

test('a picture that the encoder takes is recorded as it is', () => {
  for (const [width, height] of [
    [1920, 1080],
    [4096, 2304],
    [2304, 4096],
    [5120, 1440],
    [3840, 2400],
    [501, 333],
  ] as const)
    expect(recordedSize({ width, height })).toEqual({ width, height });
});

test('a larger one is recorded as large as the encoder takes it', () => {
  expect(recordedSize({ width: 5120, height: 2880 })).toEqual({ width: 4096, height: 2304 });
  expect(recordedSize({ width: 7680, height: 4320 })).toEqual({ width: 4096, height: 2304 });
});

test('a picture gets exactly that size from Chromium, which fits it in and rounds the side that is left', () => {
  const evenUp = (pixels: number) => Math.ceil(Math.round(pixels) / 2) * 2;
  const large = fc.record({
    width: fc.integer({ min: 500, max: 16_000 }),
    height: fc.integer({ min: 500, max: 16_000 }),
  });
  fc.assert(
    fc.property(large, (asked) => {
      const wanted = recordedSize(asked);
      if (wanted.width === asked.width && wanted.height === asked.height) return;
      const across = wanted.width / asked.width;
      const down = wanted.height / asked.height;
      const given =
        across <= down
          ? { width: wanted.width, height: evenUp(asked.height * across) }
          : { width: evenUp(asked.width * down), height: wanted.height };
      expect(given).toEqual(wanted);
    }),
  );
});

test('whatever the size, what is recorded fits, keeps its shape, and is not smaller than it has to be', () => {
  fc.assert(
    fc.property(size, (asked) => {
      const { width, height } = recordedSize(asked);
      expect(Math.ceil(width / 16) * Math.ceil(height / 16)).toBeLessThanOrEqual(36_864);
      expect(Math.max(width, height)).toBeLessThanOrEqual(8192);
      if (width === asked.width && height === asked.height) return;
      expect((width % 2) + (height % 2)).toBe(0);
      expect(Math.abs(width / asked.width - height / asked.height)).toBeLessThan(
        2 / Math.min(asked.width, asked.height) + 0.001,
      );
      // The shorter side is even, so a picture of a few lines comes in steps of many columns.
      const shape = Math.max(asked.width, asked.height) / Math.min(asked.width, asked.height);
      const isLongest = (Math.min(width, height) + 2) * shape > 8192 * 0.99;
      expect(isLongest || width * height > 36_864 * 256 * 0.95).toBe(true);
    }),
  );
});

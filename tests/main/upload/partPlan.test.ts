import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  choosePartSizeBytes,
  mostParallelParts,
  MAX_IN_FLIGHT_BYTES,
  planParts,
} from '../../../src/upload/transfer/partPlan';
import { MIB } from './support';

const sizes = fc.integer({ min: 0, max: 60 * 1024 * MIB });
const partSizes = fc.integer({ min: 5 * MIB, max: 5 * 1024 * MIB });

test('parts follow each other without gap or overlap, and never exceed S3’s limits', () => {
  fc.assert(
    fc.property(sizes, partSizes, (size, configured) => {
      const partSize = choosePartSizeBytes(size, configured);
      const parts = planParts(size, partSize);
      let offset = 0;
      for (const [index, part] of parts.entries()) {
        expect(part).toMatchObject({ number: index + 1, offset });
        if (index < parts.length - 1) expect(part.size).toBe(partSize);
        offset += part.size;
      }
      expect(offset).toBe(size);
      expect(parts.length).toBeLessThanOrEqual(10_000);
    }),
    { numRuns: 30 },
  );
});

test('what is in flight never takes more memory than allowed', () => {
  fc.assert(
    fc.property(sizes, partSizes, (size, configured) => {
      const partSize = choosePartSizeBytes(size, configured);
      expect(mostParallelParts(partSize) * partSize).toBeLessThanOrEqual(
        Math.max(MAX_IN_FLIGHT_BYTES, partSize),
      );
    }),
  );
});

const limits = fc.integer({ min: 10_000, max: 1_000_000_000 });

test('under a limit, what is under way is through within 10 s, or is a single part', () => {
  fc.assert(
    fc.property(partSizes, limits, (configured, limit) => {
      const partSize = choosePartSizeBytes(0, configured, limit);
      const parallel = mostParallelParts(partSize, limit);
      expect(parallel === 1 || parallel * partSize <= 10 * limit).toBe(true);
      expect(parallel).toBeLessThanOrEqual(mostParallelParts(partSize));
    }),
  );
});

test('under a limit a part is through within half a minute, or as small as S3 lets it be', () => {
  fc.assert(
    fc.property(partSizes, limits, (configured, limit) => {
      const partSize = choosePartSizeBytes(0, configured, limit);
      expect(partSize === 5 * MIB || partSize <= 30 * limit).toBe(true);
      expect(partSize).toBeLessThanOrEqual(configured);
      expect(partSize).toBeGreaterThanOrEqual(5 * MIB);
    }),
  );
});

test.each([
  ['100 kB/s', 100_000, 5 * MIB, 1],
  ['300 kB/s', 300_000, 8 * MIB, 1],
  ['1 MB/s', 1_000_000, 10 * MIB, 1],
  ['3 MB/s', 3_000_000, 10 * MIB, 2],
  ['1 GB/s', 1_000_000_000, 10 * MIB, 8],
])('at %s', (_name, limit, partSize, parallel) => {
  expect(choosePartSizeBytes(100 * MIB, 10 * MIB, limit)).toBe(partSize);
  expect(mostParallelParts(partSize, limit)).toBe(parallel);
});

test('a limit never makes more parts than S3 takes', () => {
  expect(choosePartSizeBytes(9_000 * 20 * MIB, 10 * MIB, 10_000)).toBe(20 * MIB);
});

test.each([
  [100 * MIB, 10 * MIB, 10 * MIB],
  [9_000 * 10 * MIB, 10 * MIB, 10 * MIB],
  [9_000 * 10 * MIB + 1, 10 * MIB, 11 * MIB],
  [MIB, 5 * 1024 * MIB, 128 * MIB],
])('a file of %d bytes with parts of %d goes in parts of %d', (size, configured, partSize) => {
  expect(choosePartSizeBytes(size, configured)).toBe(partSize);
});

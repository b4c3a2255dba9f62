import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  choosePartSizeBytes,
  mostParallelParts,
  MAX_IN_FLIGHT_BYTES,
  planParts,
} from '../../../src/main/upload/partPlan';
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
      expect(mostParallelParts(partSize) * partSize).toBeLessThanOrEqual(MAX_IN_FLIGHT_BYTES);
    }),
  );
});

test.each([
  [100 * MIB, 10 * MIB, 10 * MIB],
  [9_000 * 10 * MIB, 10 * MIB, 10 * MIB],
  [9_000 * 10 * MIB + 1, 10 * MIB, 11 * MIB],
  [MIB, 5 * 1024 * MIB, 128 * MIB],
])('a file of %d bytes with parts of %d goes in parts of %d', (size, configured, partSize) => {
  expect(choosePartSizeBytes(size, configured)).toBe(partSize);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { largest, smallest } from '../../src/shared/extremes';

test('they are those of Math, for any number of values', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer(), (values, bound) => {
      expect(largest(values)).toBe(Math.max(...values));
      expect(smallest(values)).toBe(Math.min(...values));
      expect(largest(values, bound)).toBe(Math.max(bound, ...values));
      expect(smallest(values, bound)).toBe(Math.min(bound, ...values));
    }),
  );
  const many = Array.from({ length: 500_000 }, (_, n) => n);
  expect([largest(many), smallest(many)]).toEqual([499_999, 0]);
});

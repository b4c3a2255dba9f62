import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allPages } from '../../src/upload/objectStore/s3/allPages';

test('a listing that has something new on each page without end is given up', async () => {
  let asked = 0;
  const page = async () => ({ items: [++asked], next: String(asked) });
  const found = await allPages({ page, identify: String });
  expect(found).toHaveLength(asked);
  expect(asked).toBe(1000);
});

test('every item of a listing is found once, however it is cut into pages', async () => {
  const cuts = fc.array(fc.array(fc.nat(50), { minLength: 1 }), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(cuts, async (sizes) => {
      // Each page begins with something new: one that only repeats ends a listing.
      let next = 0;
      const pages = sizes.map((items) => items.map(() => next++));
      const page = async (marker = '0') => {
        const at = Number(marker);
        return { items: pages[at]!, next: at + 1 < pages.length ? String(at + 1) : undefined };
      };
      expect(await allPages({ page, identify: String })).toEqual(pages.flat());
    }),
  );
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  forgetPlace,
  newListMemory,
  placeIn,
  ROW_ESTIMATE_PX,
  ROW_GAP_PX,
  type ListMemory,
} from '../../src/components/listMemory';

const TOP = 70;
const sizeOf = (id: string) => ROW_ESTIMATE_PX + id.length * 10;
const startsOf = (ids: readonly string[]) =>
  ids.map((_id, index) =>
    ids.slice(0, index).reduce((sum, before) => sum + sizeOf(before) + ROW_GAP_PX, TOP),
  );

/** As the list leaves it when it goes: all of `ids` were measured, and `offset` was at the top of the view. */
function memoryOf(ids: readonly string[], offset: number): ListMemory {
  const starts = startsOf(ids);
  const rows = ids.map((key, index) => {
    const [start, size] = [starts[index]!, sizeOf(key)];
    return { key, index, start, size, end: start + size, lane: 0 };
  });
  const inView = rows
    .filter(({ end }) => end > offset)
    .map(({ key, start }) => ({ key, belowStart: offset - start }));
  return { ...newListMemory(), scrollTop: { current: offset }, rows, top: TOP, inView };
}

const someIds = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 30 });

it('what was in view is there again, whatever came or went', () => {
  fc.assert(
    fc.property(someIds, fc.nat(), fc.infiniteStream(fc.boolean()), (all, chosen, lives) => {
      const shown = all.filter(() => lives.next().value);
      fc.pre(shown.length > 0);
      const first = chosen % shown.length;
      const memory = memoryOf(shown, startsOf(shown)[first]! + 5);
      const now = all.filter(() => lives.next().value);
      const left = shown.slice(first).find((id) => now.includes(id));
      const place = placeIn(memory, now);
      if (left === undefined) {
        expect(place).toBe(memory.scrollTop.current);
        return;
      }
      // Rows that nobody has measured yet count with the estimate.
      const above = now.slice(0, now.indexOf(left));
      const unmeasured = above.filter((id) => !shown.includes(id));
      const error = unmeasured.reduce((sum, id) => sum + sizeOf(id) - ROW_ESTIMATE_PX, 0);
      const before = memory.scrollTop.current - startsOf(shown)[shown.indexOf(left)]!;
      expect(place + error - startsOf(now)[now.indexOf(left)]!).toBe(before);
    }),
  );
});

it('a place that is forgotten is the top', () => {
  const memory = memoryOf(['a', 'b', 'c'], 250);
  forgetPlace(memory);
  expect(placeIn(memory, ['new', 'a', 'b', 'c'])).toBe(0);
});

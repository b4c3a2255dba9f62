import { expect, test } from 'vitest';
import { createShownSessions } from '../../src/hooks/shownSessions';

function house() {
  const looks: { ids: readonly string[]; end: () => void }[] = [];
  const shown = createShownSessions((ids) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    looks.push({ ids, end: resolve });
    return promise;
  });
  return { shown, looks, ids: () => looks.map((look) => look.ids) };
}

test('what comes on the screen is looked at at once, and again at each turn', async () => {
  const { shown, looks, ids } = house();
  shown.look();
  expect(ids()).toEqual([]);
  shown.show(['a', 'b']);
  looks[0]!.end();
  await Promise.resolve();
  shown.look();
  expect(ids()).toEqual([
    ['a', 'b'],
    ['a', 'b'],
  ]);
});

test('one look at a time, and another at once when something else came on the screen meanwhile', async () => {
  const { shown, looks, ids } = house();
  shown.show(['a']);
  shown.look();
  shown.show(['b']);
  shown.show(['c']);
  expect(ids()).toEqual([['a']]);
  looks[0]!.end();
  await Promise.resolve();
  expect(ids()).toEqual([['a'], ['c']]);
  shown.show([]);
  looks[1]!.end();
  await Promise.resolve();
  shown.look();
  expect(ids()).toHaveLength(2);
});

test('no more than a hundred are looked at', () => {
  const { shown, ids } = house();
  shown.show(Array.from({ length: 500 }, (_, n) => String(n)));
  expect(ids()[0]).toHaveLength(100);
});

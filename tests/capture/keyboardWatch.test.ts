import { expect, test } from 'vitest';
import { KeyboardWatch } from '../../src/capture/keyboardWatch';
import type { KeyNames } from '../../src/shared/session';

test('a layout is told once, and again when it changes or a new segment begins', async () => {
  let layout: KeyNames | null = null;
  const told: KeyNames[] = [];
  const watch = new KeyboardWatch({
    ask: async () => layout,
    tell: async (keys) => void told.push(keys),
  });
  await watch.look();
  expect(told).toEqual([]);
  layout = { KeyW: 'w', KeyA: 'a' };
  await watch.look();
  layout = { KeyA: 'a', KeyW: 'w' };
  await watch.look();
  expect(told).toEqual([{ KeyA: 'a', KeyW: 'w' }]);
  layout = { KeyA: 'q', KeyW: 'z' };
  await watch.look();
  watch.tellAgain();
  await watch.look();
  expect(told.slice(1)).toEqual([layout, layout]);
});

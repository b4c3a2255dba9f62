import { expect, test } from 'vitest';
import { SizeChanges } from '../../src/capture/sizeChanges';

test('one change is over at once; of two in a row more are expected until the size has settled', () => {
  const changes = new SizeChanges();
  expect(changes.goOn(0)).toBe(false);
  expect(changes.hasSettled(0)).toBe(true);
  changes.note(10_000);
  expect(changes.goOn(10_001)).toBe(false);
  changes.note(10_400);
  expect(changes.goOn(10_401)).toBe(true);
  expect(changes.hasSettled(11_399)).toBe(false);
  expect(changes.hasSettled(11_400)).toBe(true);
  expect(changes.goOn(11_400)).toBe(false);
  changes.note(13_000);
  expect(changes.goOn(13_001)).toBe(false);
});

import { expect, test } from 'vitest';
import { Throttle } from '../http/throttle.ts';

const RATE = 1_000_000;

test('keeps its rate however late the timers fire', async () => {
  const throttle = new Throttle(RATE);
  const startedAt = performance.now();
  // In pieces so small that each waits for the minimum timer.
  for (let sent = 0; sent < RATE; sent += 500) await throttle.pass(500);
  const seconds = (performance.now() - startedAt) / 1000;
  expect(seconds).toBeGreaterThan(0.75);
  // Each wait takes at least a timer's millisecond: two seconds and more without compensation.
  expect(seconds).toBeLessThan(1.9);
});

test('without a limit it never waits', async () => {
  const throttle = new Throttle(null);
  const passed = throttle.pass(Number.MAX_SAFE_INTEGER).then(() => 'passed');
  expect(await Promise.race([passed, new Promise((resolve) => setImmediate(resolve))])).toBe('passed');
});

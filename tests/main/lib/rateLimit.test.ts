import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RateLimit } from '../../../src/upload/rateLimit';
import { FakeClock } from '../../fakes/FakeClock';

/** Senders that always have more to send; counts what each has sent. */
function startSenders(count: number, limit: RateLimit): number[] {
  const sent = Array.from({ length: count }, () => 0);
  const send = (sender: number) => {
    const bytes = limit.sliceBytes(256 * 1024);
    limit.acquire(bytes, () => {
      sent[sender]! += bytes;
      send(sender);
    });
  };
  for (let sender = 0; sender < count; sender++) send(sender);
  return sent;
}

const total = (sent: number[]) => sent.reduce((sum, bytes) => sum + bytes, 0);

test('over ten seconds it is kept to a tenth, and the senders share evenly', () => {
  const rates = fc.integer({ min: 20_000, max: 500_000_000 });
  fc.assert(
    fc.property(rates, fc.integer({ min: 1, max: 8 }), (bytesPerSecond, senders) => {
      const clock = new FakeClock();
      const limit = new RateLimit(clock);
      limit.set(bytesPerSecond);
      const sent = startSenders(senders, limit);
      clock.advance(10_000);
      expect(total(sent) / 10 / bytesPerSecond).toBeGreaterThan(0.9);
      expect(total(sent) / 10 / bytesPerSecond).toBeLessThan(1.1);
      expect(Math.max(...sent) - Math.min(...sent)).toBeLessThanOrEqual(limit.sliceBytes(256 * 1024));
    }),
    { numRuns: 20 },
  );
});

test('a rest earns no more than a moment’s burst', () => {
  const clock = new FakeClock();
  const limit = new RateLimit(clock);
  limit.set(100_000);
  clock.advance(60_000);
  const sent = startSenders(1, limit);
  clock.advance(1000);
  expect(total(sent)).toBeLessThanOrEqual(120_000);
});

test('without a limit nobody waits, and a changed limit holds at once', () => {
  const clock = new FakeClock();
  const limit = new RateLimit(clock);
  let went = false;
  limit.acquire(1_000_000_000, () => (went = true));
  expect(went).toBe(true);

  limit.set(1000);
  const slow = startSenders(1, limit);
  clock.advance(5000);
  const before = total(slow);
  limit.set(100_000);
  clock.advance(10_000);
  expect((total(slow) - before) / 10).toBeGreaterThan(80_000);
});

test('what was called off is never sent', () => {
  const clock = new FakeClock();
  const limit = new RateLimit(clock);
  limit.set(1000);
  limit.acquire(1000, () => {});
  let went = false;
  const callOff = limit.acquire(1000, () => (went = true));
  callOff();
  clock.advance(60_000);
  expect(went).toBe(false);
});

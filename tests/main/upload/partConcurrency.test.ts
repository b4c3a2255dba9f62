import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PartConcurrency } from '../../../src/upload/transfer/partConcurrency';
import { FakeClock } from '../../fakes/FakeClock';
import { MIB } from './support';

/** Acknowledges a part of `bytes` every second. */
function sendFor(seconds: number, bytes: number, concurrency: PartConcurrency, clock: FakeClock): void {
  for (let second = 0; second < seconds; second++) {
    clock.advance(1000);
    concurrency.acknowledged(bytes);
  }
}

function concurrencyHouse() {
  const clock = new FakeClock();
  return { clock, concurrency: new PartConcurrency(clock) };
}

test('starts at four and grows by one per 30 s while the goodput rises', () => {
  const { clock, concurrency } = concurrencyHouse();
  expect(concurrency.limit).toBe(4);
  sendFor(29, MIB, concurrency, clock);
  expect(concurrency.limit).toBe(4);
  sendFor(1, MIB, concurrency, clock);
  expect(concurrency.limit).toBe(5);
  sendFor(30, 2 * MIB, concurrency, clock);
  expect(concurrency.limit).toBe(6);
});

test('stays where more parts bring nothing', () => {
  const { clock, concurrency } = concurrencyHouse();
  sendFor(300, MIB, concurrency, clock);
  expect(concurrency.limit).toBe(5);
});

test('halves after trouble, and starts to measure anew', () => {
  const { clock, concurrency } = concurrencyHouse();
  sendFor(29, MIB, concurrency, clock);
  concurrency.backOff();
  expect(concurrency.limit).toBe(2);
  sendFor(29, MIB, concurrency, clock);
  expect(concurrency.limit).toBe(2);
  sendFor(1, MIB, concurrency, clock);
  expect(concurrency.limit).toBe(3);
});

test('a rest between two uploads does not look like a slow endpoint', () => {
  const { clock, concurrency } = concurrencyHouse();
  sendFor(30, MIB, concurrency, clock);
  clock.advance(3_600_000);
  concurrency.begin();
  sendFor(30, 2 * MIB, concurrency, clock);
  expect(concurrency.limit).toBe(6);
});

test('is at least one and at most eight, whatever happens', () => {
  const happening = fc.oneof(
    fc.record({ waitMs: fc.nat(90_000), bytes: fc.nat(100 * MIB) }),
    fc.constant('trouble' as const),
  );
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 200 }), (happenings) => {
      const { clock, concurrency } = concurrencyHouse();
      for (const what of happenings) {
        if (what === 'trouble') concurrency.backOff();
        else {
          clock.advance(what.waitMs);
          concurrency.acknowledged(what.bytes);
        }
        expect(concurrency.limit).toBeGreaterThanOrEqual(1);
        expect(concurrency.limit).toBeLessThanOrEqual(8);
      }
    }),
  );
});

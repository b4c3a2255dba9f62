import { expect, test } from 'vitest';
import { eventually } from '../../eventually';
import { storeFailure } from '../../fakes/storeFaults';
import { bench, failed, MIB, stored } from './support';

/** Lets a run hang in its parts: exactly so many are begun. */
async function expectPartsAtOnce(house: Awaited<ReturnType<typeof bench>>, expected: number): Promise<void> {
  const { store, bench: upload } = house;
  const stop = new AbortController();
  const before = store.calls.length;
  store.faults.clear();
  store.faults.add({ on: { operation: 'uploadPart' }, when: 'hang', times: 1000 });
  const run = failed(upload.run({ signal: stop.signal }));
  const begun = () => store.calls.slice(before).filter(({ operation }) => operation === 'uploadPart').length;
  await eventually(() => expect(begun()).toBe(expected));
  stop.abort();
  expect((await run).verdict).toBe('cancelled');
  expect(begun()).toBe(expected);
  store.faults.clear();
}

test('four parts travel at once, half as many after a throttle, and the next upload knows', async () => {
  const house = await bench(60 * MIB);
  await expectPartsAtOnce(house, 4);

  house.store.faults.add({
    on: { operation: 'uploadPart' },
    when: 'before',
    failure: storeFailure('throttle', 'SlowDown', { httpStatus: 503 }),
    times: 4,
  });
  expect((await failed(house.bench.run())).verdict).toBe('throttle');
  await expectPartsAtOnce(house, 2);

  house.store.faults.add({
    on: { operation: 'uploadPart' },
    when: 'before',
    failure: storeFailure('retry', 'Stalled'),
  });
  expect((await failed(house.bench.run())).problem.code).toBe('Stalled');
  await expectPartsAtOnce(house, 1);

  await house.bench.run();
  expect(stored(house.store).equals(house.content)).toBe(true);
});

test('a broken connection alone says nothing against four at once', async () => {
  const house = await bench(60 * MIB);
  house.store.faults.add({
    on: { operation: 'uploadPart' },
    when: 'before',
    failure: storeFailure('retry', 'ECONNRESET'),
  });
  expect((await failed(house.bench.run())).problem.code).toBe('ECONNRESET');
  await expectPartsAtOnce(house, 4);
});

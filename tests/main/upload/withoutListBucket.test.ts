import { expect, test } from 'vitest';
import { MemoryObjectStore } from '../../fakes/MemoryObjectStore';
import { storeFailure } from '../../fakes/storeFaults';
import { bench, failed, KEY, MIB, stored } from './support';

const denied = () => storeFailure('needs-user', 'AccessDenied', { httpStatus: 403 });

/** A bucket that answers like S3 to credentials that may not list it: a missing object is a 403. */
class UnlistedStore extends MemoryObjectStore {
  override async headObject(input: { key: string }) {
    const head = await super.headObject(input);
    if (!head) throw denied();
    return head;
  }
}

test.each([
  ['one piece', 1000],
  ['parts', 12 * MIB],
])('credentials that may not list the bucket upload in %s', async (_how, size) => {
  const { bench: upload, store, content } = await bench(size, new UnlistedStore());
  await upload.run();
  expect(stored(store).equals(content)).toBe(true);
});

test('they find their object after the reply to Complete was lost', async () => {
  const { bench: upload, store, content } = await bench(12 * MIB, new UnlistedStore());
  const failure = storeFailure('retry', 'ECONNRESET');
  store.faults.add({ on: { operation: 'completeMultipartUpload' }, when: 'after', failure });
  await failed(upload.run());
  await upload.run();
  expect(store.calls.filter(({ operation }) => operation === 'completeMultipartUpload')).toHaveLength(1);
  expect(stored(store).equals(content)).toBe(true);
});

test('an object that may not be looked at is never called done', async () => {
  const { bench: upload, store } = await bench(1000);
  store.faults.add({ on: { operation: 'headObject' }, when: 'before', failure: denied(), times: 100 });
  expect((await failed(upload.run())).problem.code).toBe('AccessDenied');
  expect(store.objects.has(KEY)).toBe(true);
  store.faults.clear();
  await upload.run();
  expect(store.calls.filter(({ operation }) => operation === 'putObject')).toHaveLength(1);
});

import { describe, expect, test } from 'vitest';
import { FAKE_NOW_MS } from '../../fakes/FakeClock';
import { MemoryObjectStore } from '../../fakes/MemoryObjectStore';
import { storeFailure } from '../../fakes/storeFaults';
import { bench, BENCH_NOW_MS, failed, KEY, MIB } from './support';

/** An upload whose Create took effect and whose answer was lost. */
async function lost(existing?: MemoryObjectStore) {
  const made = await bench(8 * MIB, existing);
  const { store } = made;
  const failure = storeFailure('retry', 'ECONNRESET');
  store.faults.add({ on: { operation: 'createMultipartUpload' }, when: 'after', failure });
  expect((await failed(made.bench.run())).error.code).toBe('ECONNRESET');
  return made;
}
const create = (store: MemoryObjectStore, key = KEY) =>
  store.createMultipartUpload({ key, contentType: 'application/zip' });
const part = { body: Buffer.alloc(5 * MIB), number: 1 };

describe('a Create whose answer was lost', () => {
  test('is aborted before the next one', async () => {
    const { store, bench: upload } = await lost();
    expect(store.uploads.size).toBe(1);
    await upload.run();
    expect(store.uploads.size).toBe(0);
    expect(upload.disk.createSentAt).toBeUndefined();
  });

  test('is not looked for at a first upload', async () => {
    const { store, bench: upload } = await bench(8 * MIB);
    await upload.run();
    expect(store.calls.map(({ operation }) => operation)).not.toContain('listMultipartUploads');
  });

  test('takes none for it that has parts, another key or another time', async () => {
    const store = new MemoryObjectStore({ now: () => BENCH_NOW_MS });
    const withParts = await create(store);
    await store.uploadPart({ key: KEY, uploadId: withParts.uploadId, ...part });
    await create(store, `${KEY}.probe`);
    const { bench: upload } = await lost(store);
    const later = [...store.uploads.values()].at(-1)!;
    later.initiatedAt = FAKE_NOW_MS;
    await upload.run();
    expect(store.uploads.size).toBe(3);
  });

  test('takes none where two come into question', async () => {
    const store = new MemoryObjectStore({ now: () => BENCH_NOW_MS });
    await create(store);
    const { bench: upload } = await lost(store);
    await upload.run();
    expect(store.uploads.size).toBe(2);
  });

  test('holds up nothing where listing is denied', async () => {
    const { store, bench: upload } = await lost();
    const failure = storeFailure('needs-user', 'AccessDenied', { httpStatus: 403 });
    store.faults.add({ on: { operation: 'listMultipartUploads' }, when: 'before', failure });
    expect(await upload.run()).toMatchObject({ verifiedAt: 42 });
  });
});

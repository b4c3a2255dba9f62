import { describe, expect, test } from 'vitest';
import type { MemoryObjectStore } from '../../fakes/MemoryObjectStore';
import { storeFailure } from '../../fakes/storeFaults';
import { bench, failed, KEY, MIB } from './support';

/** An upload whose Create took effect and whose answer was lost. */
async function lost(existing?: MemoryObjectStore) {
  const made = await bench(8 * MIB, existing);
  const { store } = made;
  const failure = storeFailure('retry', 'ECONNRESET');
  store.faults.add({ on: { operation: 'createMultipartUpload' }, when: 'after', failure });
  expect((await failed(made.bench.run())).problem.code).toBe('ECONNRESET');
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
    expect(upload.disk.createIntent).toBeUndefined();
  });

  test('takes none for it that has parts, another key, or was there before', async () => {
    const { store } = await bench(1);
    await create(store);
    const { bench: upload } = await lost(store);
    const withParts = await create(store);
    await store.uploadPart({ key: KEY, uploadId: withParts.uploadId, ...part });
    await create(store, `${KEY}.probe`);
    const uploads = store.uploads.size;
    await upload.run();
    expect(store.uploads.size).toBe(uploads - 1);
  });

  test('takes none where two come into question', async () => {
    const { store, bench: upload } = await lost();
    await create(store);
    await upload.run();
    expect(store.uploads.size).toBe(2);
  });

  test('holds up nothing where listing is denied', async () => {
    const { store, bench: upload } = await lost();
    const failure = storeFailure('needs-user', 'AccessDenied', { httpStatus: 403 });
    store.faults.add({ on: { operation: 'listMultipartUploads' }, when: 'before', failure, times: 9 });
    expect(await upload.run()).toMatchObject({ verifiedAt: 42 });
    expect(store.uploads.size).toBe(1);
  });
});

import { writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { storeFailure } from '../../fakes/storeFaults';
import { bench, failed, KEY, MIB, stored } from './support';

describe('resuming', () => {
  test('after a kill at any saved step ends with the same object and sends no acknowledged part twice', async () => {
    const whole = await bench(17 * MIB);
    await whole.bench.run();
    const steps = whole.bench.saves;
    expect(steps).toBeGreaterThan(3);
    for (const how of ['killAtSave', 'killAfterSave'] as const) {
      for (let step = 1; step <= steps; step++) {
        const { store, content, bench: upload } = await bench(17 * MIB);
        await upload.run({ [how]: step }).catch(() => undefined);
        const isThere = store.objects.has(KEY);
        const recorded = upload.disk.multipart?.uploadId;
        const parts = [...(store.uploads.get(recorded ?? '')?.parts.values() ?? [])];
        const kept = isThere ? content.length : parts.reduce((sum, part) => sum + part.body.length, 0);
        const before = store.bytesReceived();
        await upload.run();
        const name = `${how} ${step}`;
        expect(stored(store).equals(content), name).toBe(true);
        expect(store.uploads.size, name).toBe(0);
        expect(store.bytesReceived() - before, name).toBe(content.length - kept);
      }
    }
  });

  test('accepts parts that only the server knows after comparing their content', async () => {
    const { store, content, bench: upload } = await bench(16 * MIB);
    store.faults.add({
      on: { operation: 'uploadPart', partNumber: 4 },
      when: 'before',
      failure: storeFailure('retry'),
    });
    await failed(upload.run());
    upload.disk = {
      ...upload.disk,
      bytesUploaded: 0,
      multipart: { ...upload.disk.multipart!, parts: [] },
    };
    const before = store.bytesReceived();
    await upload.run();
    expect(store.bytesReceived() - before).toBe(content.length - 15 * MIB);
  });

  test('sends again a part whose content on the server is not ours', async () => {
    const { store, content, bench: upload } = await bench(11 * MIB);
    store.faults.add({
      on: { operation: 'completeMultipartUpload' },
      when: 'before',
      failure: storeFailure('retry'),
    });
    await failed(upload.run());
    const { uploadId } = upload.disk.multipart!;
    await store.uploadPart({ key: KEY, uploadId, number: 2, body: Buffer.alloc(5 * MIB) });
    const before = store.bytesReceived();
    await upload.run();
    expect(store.bytesReceived() - before).toBe(5 * MIB);
    expect(stored(store).equals(content)).toBe(true);
  });

  test('trusts the local record where listing is denied', async () => {
    const { store, content, bench: upload } = await bench(11 * MIB);
    store.faults.add({
      on: { operation: 'completeMultipartUpload' },
      when: 'before',
      failure: storeFailure('retry'),
    });
    await failed(upload.run());
    const before = store.bytesReceived();
    const denied = storeFailure('needs-user', 'AccessDenied', { httpStatus: 403 });
    store.faults.add({ on: { operation: 'listParts' }, when: 'before', failure: denied });
    await upload.run();
    expect(store.bytesReceived()).toBe(before);
    expect(stored(store).equals(content)).toBe(true);
  });

  test('sends nothing again when only the reply to Complete was lost', async () => {
    const { store, content, bench: upload } = await bench(11 * MIB);
    store.faults.add({
      on: { operation: 'completeMultipartUpload' },
      when: 'after',
      failure: storeFailure('retry'),
    });
    expect((await failed(upload.run())).verdict).toBe('retry');
    await upload.run();
    expect(store.bytesReceived()).toBe(content.length);
    expect(store.calls.filter((c) => c.operation === 'createMultipartUpload')).toHaveLength(1);
  });

  test('sends nothing again when only the reply to a PUT was lost', async () => {
    const { store, bench: upload } = await bench(500);
    store.faults.add({ on: { operation: 'putObject' }, when: 'after', failure: storeFailure('retry') });
    await failed(upload.run());
    await upload.run();
    expect(store.bytesReceived('putObject')).toBe(500);
  });

  test('begins anew when the server lost the upload', async () => {
    const { store, content, bench: upload } = await bench(11 * MIB);
    store.faults.add({
      on: { operation: 'completeMultipartUpload' },
      when: 'before',
      failure: storeFailure('retry'),
    });
    await failed(upload.run());
    const { generation } = upload.disk;
    store.uploads.clear();
    await upload.run();
    expect(upload.disk.generation).toBe(generation + 1);
    expect(stored(store).equals(content)).toBe(true);
  });

  test('begins anew with a changed bundle and remembers the old upload for aborting', async () => {
    const { store, file, bench: upload } = await bench(11 * MIB);
    store.faults.add({
      on: { operation: 'completeMultipartUpload' },
      when: 'before',
      failure: storeFailure('retry'),
    });
    await failed(upload.run());
    const { uploadId } = upload.disk.multipart!;
    const changed = Buffer.alloc(6 * MIB, 7);
    await writeFile(file, changed);
    await upload.run();
    expect(stored(store).equals(changed)).toBe(true);
    expect(upload.disk).toMatchObject({ generation: 2, totalBytes: changed.length });
    expect(upload.disk.pendingAborts).toEqual([{ bucket: 'recordings', key: KEY, uploadId }]);
    expect([...store.uploads.keys()]).toEqual([uploadId]);
  });
});

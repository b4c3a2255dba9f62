import { expect, test } from 'vitest';
import type { Capabilities } from '../../../src/main/upload/capabilities';
import { UploadService } from '../../../src/main/uploadService';
import { FakeClock } from '../../fakes/FakeClock';
import { MemoryObjectStore } from '../../fakes/MemoryObjectStore';
import { storeFailure } from '../../fakes/storeFaults';
import {
  capabilityMap,
  countingRandom,
  failed,
  KEEPS_CRC32,
  KEY,
  makeBundle,
  makeTempDir,
  MIB,
  quietLog,
  stored,
  testConfig,
  UploadBench,
} from './support';

const KEEPS_NONE: Capabilities = { checksumAlgorithm: 'MD5', conditionalWrites: true };

async function bench(store: MemoryObjectStore, size: number, remembered: Capabilities) {
  const { file, content } = await makeBundle(await makeTempDir(), size);
  return { content, upload: new UploadBench(() => store, file, testConfig, remembered) };
}

/** As under server-side encryption: an ETag says nothing of the content. */
function hideMd5(store: MemoryObjectStore): void {
  const honest = store.headObject.bind(store);
  store.headObject = async (input) => {
    const head = await honest(input);
    return head && { ...head, etag: '"opaque"' };
  };
}

const sizes = [
  ['in one piece', 1000],
  ['in parts', 11 * MIB],
] as const;

test.each(sizes)('a bucket that keeps checksums no more is probed again, once (%s)', async (_how, size) => {
  const store = new MemoryObjectStore({ keepsChecksums: false });
  const { upload, content } = await bench(store, size, KEEPS_CRC32);
  await upload.run();
  expect(stored(store).equals(content)).toBe(true);
  expect(store.uploads.size).toBe(0);
  const sent = store.bytesReceived();
  await upload.run();
  expect(store.bytesReceived(), 'what was learnt is remembered').toBe(sent);
});

test.each(sizes)('a bucket that keeps checksums now is probed again, once (%s)', async (_how, size) => {
  const store = new MemoryObjectStore();
  hideMd5(store);
  const { upload, content } = await bench(store, size, KEEPS_NONE);
  await upload.run();
  expect(stored(store).equals(content)).toBe(true);
});

test.each(sizes)('where nothing can be compared nothing is claimed (%s)', async (_how, size) => {
  const store = new MemoryObjectStore({ keepsChecksums: false });
  hideMd5(store);
  const { upload } = await bench(store, size, KEEPS_CRC32);
  const error = await failed(upload.run());
  expect(error).toMatchObject({ verdict: 'needs-user', error: { code: 'NotVerifiable' } });
  expect(store.calls.filter((c) => c.key === KEY && c.operation === 'headObject').length).toBeLessThan(9);
});

test('a bucket that tells checksums of whole objects only is gone by MD5 for parts', async () => {
  const store = new MemoryObjectStore();
  const honest = store.headObject.bind(store);
  store.headObject = async (input) => {
    const head = await honest(input);
    return head?.etag?.includes('-') ? { ...head, checksum: undefined } : head;
  };
  const { upload, content } = await bench(store, 11 * MIB, KEEPS_CRC32);
  await upload.run();
  expect(stored(store).equals(content)).toBe(true);
  const memory = capabilityMap(null);
  const service = new UploadService({
    createStore: () => store,
    capabilities: memory,
    clock: new FakeClock(),
    random: countingRandom(),
    log: quietLog,
  });
  expect(await service.validateCredentials(testConfig)).toMatchObject({ valid: true });
  expect(await memory.recall(testConfig)).toEqual({ ...KEEPS_NONE, listParts: true });
});

test('a server that refuses a header it took before is probed again', async () => {
  const store = new MemoryObjectStore({ keepsChecksums: false });
  const failure = storeFailure('needs-user', 'NotImplemented', { httpStatus: 501 });
  store.faults.add({ on: { operation: 'putObject', key: KEY }, when: 'before', failure });
  const { upload, content } = await bench(store, 1000, KEEPS_CRC32);
  await upload.run();
  expect(stored(store).equals(content)).toBe(true);
});

test('a refusal that has nothing to do with it stays what it is', async () => {
  const store = new MemoryObjectStore();
  const failure = storeFailure('needs-user', 'InvalidRequest', { httpStatus: 400 });
  store.faults.add({ on: { operation: 'putObject', key: KEY }, when: 'before', failure, times: 9 });
  const { upload } = await bench(store, 1000, KEEPS_CRC32);
  expect((await failed(upload.run())).error.code).toBe('InvalidRequest');
});

test('testing the connection says so where nothing can be compared', async () => {
  const store = new MemoryObjectStore({ keepsChecksums: false });
  hideMd5(store);
  const { upload } = await bench(store, 1, KEEPS_NONE);
  const verdict = await upload.service.validateCredentials(testConfig);
  expect(verdict).toMatchObject({ valid: false, error: { code: 'NotVerifiable' } });
  expect(store.uploads.size).toBe(0);
});

import { expect, test } from 'vitest';
import type { Capabilities, Findings } from '../../../src/upload/objectStore/capabilities';
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

const KEEPS_NONE: Capabilities = { ...KEEPS_CRC32, checksumAlgorithm: 'MD5' };

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
  expect(error).toMatchObject({ verdict: 'needs-user', problem: { code: 'NotVerifiable' } });
  expect(store.calls.filter((c) => c.key === KEY && c.operation === 'headObject').length).toBeLessThan(13);
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
    clock: new FakeClock(42),
    random: countingRandom(),
    log: quietLog,
  });
  expect(await service.validateCredentials(testConfig)).toMatchObject({ valid: true });
  expect(await memory.recall(testConfig)).toEqual({ ...KEEPS_NONE, listParts: true, foundAtMs: 42 });
});

test('a server that refuses a header it took before is probed again', async () => {
  const store = new MemoryObjectStore({ keepsChecksums: false });
  const failure = storeFailure('needs-user', 'NotImplemented', { httpStatus: 501 });
  store.faults.add({ on: { operation: 'putObject', key: KEY }, when: 'before', failure });
  const { upload, content } = await bench(store, 1000, KEEPS_CRC32);
  await upload.run();
  expect(stored(store).equals(content)).toBe(true);
});

const LEFT = 'sessions/other/other.zip.probe';

/** A bucket with a probe that an earlier attempt left. */
async function withProbeLeft(store: MemoryObjectStore, known: Findings) {
  await store.putObject({ key: LEFT, body: Buffer.from('probe'), contentType: 'text/plain' });
  const memory = capabilityMap({ ...known, probeLeft: LEFT });
  const { file } = await makeBundle(await makeTempDir(), 1000);
  const upload = new UploadBench(() => store, file, testConfig, memory);
  const probes = () => [...store.objects.keys()].filter((key) => key.includes('probe'));
  const refuseDeletes = (times: number) =>
    store.faults.add({
      ...{ on: { operation: 'deleteObject', key: LEFT }, when: 'before', times },
      failure: storeFailure('retry', 'InternalError', { httpStatus: 500 }),
    });
  return { upload, memory, probes, refuseDeletes };
}

test('learning again keeps in mind the probe that an earlier attempt left', async () => {
  const store = new MemoryObjectStore({ keepsChecksums: false });
  const { upload, probes, refuseDeletes } = await withProbeLeft(store, KEEPS_CRC32);
  // Neither before the upload nor before learning again.
  refuseDeletes(10);
  await expect(upload.run()).rejects.toMatchObject({ verdict: 'retry' });
  await upload.run();
  expect(probes()).toEqual([]);
});

test('what is not known yet is probed only once an earlier probe is gone', async () => {
  const store = new MemoryObjectStore();
  const { upload, memory, probes, refuseDeletes } = await withProbeLeft(store, {});
  refuseDeletes(5);
  await expect(upload.run()).rejects.toMatchObject({ verdict: 'retry' });
  expect(await memory.recall(testConfig)).toMatchObject({ probeLeft: LEFT });
  await upload.run();
  expect(probes()).toEqual([]);
});

test('testing the connection deletes the probe that an earlier attempt left', async () => {
  const store = new MemoryObjectStore();
  const { upload, memory, probes } = await withProbeLeft(store, KEEPS_CRC32);
  expect(await upload.service.validateCredentials(testConfig)).toMatchObject({ valid: true });
  expect(probes()).toEqual([]);
  expect((await memory.recall(testConfig))?.probeLeft).toBeUndefined();
});

test('a probe that may not be deleted stays in mind until it may', async () => {
  const store = new MemoryObjectStore();
  const { upload, memory, probes } = await withProbeLeft(store, KEEPS_CRC32);
  const failure = storeFailure('needs-user', 'AccessDenied', { httpStatus: 403 });
  store.faults.add({ on: { operation: 'deleteObject' }, when: 'before', failure, times: 99 });
  await upload.service.validateCredentials(testConfig);
  expect(await memory.recall(testConfig)).toMatchObject({ probeLeft: LEFT });
  store.faults.clear();
  await upload.run();
  expect(probes().filter((key) => key === LEFT)).toEqual([]);
});

test.each(['headObject', 'createMultipartUpload'] as const)(
  'a test of the connection that loses the network at %s leaves its probe to the next one',
  async (operation) => {
    const store = new MemoryObjectStore();
    const { upload, memory, probes } = await withProbeLeft(store, KEEPS_CRC32);
    await upload.run();
    const failure = storeFailure('unreachable', 'ENETDOWN');
    const loseNetwork = async () => {
      store.faults.add({ on: { operation: 'deleteObject' }, when: 'before', failure });
      throw failure;
    };
    Object.assign(store, { [operation]: loseNetwork });
    expect(await upload.service.validateCredentials(testConfig)).toMatchObject({ valid: false });
    Reflect.deleteProperty(store, operation);
    expect(probes()).toHaveLength(1);
    expect(await memory.recall(testConfig)).toMatchObject({ ...KEEPS_CRC32, probeLeft: probes()[0] });
    await upload.run();
    expect(probes()).toEqual([]);
  },
);

test('a refusal that has nothing to do with it stays what it is', async () => {
  const store = new MemoryObjectStore();
  const failure = storeFailure('needs-user', 'InvalidRequest', { httpStatus: 400 });
  store.faults.add({ on: { operation: 'putObject', key: KEY }, when: 'before', failure, times: 9 });
  const { upload } = await bench(store, 1000, KEEPS_CRC32);
  expect((await failed(upload.run())).problem.code).toBe('InvalidRequest');
});

test('testing the connection says so where nothing can be compared', async () => {
  const store = new MemoryObjectStore({ keepsChecksums: false });
  hideMd5(store);
  const { upload } = await bench(store, 1, KEEPS_NONE);
  const verdict = await upload.service.validateCredentials(testConfig);
  expect(verdict).toMatchObject({ valid: false, error: { code: 'NotVerifiable' } });
  expect(store.uploads.size).toBe(0);
});

const LACKS: Findings = { checksumAlgorithm: 'MD5', conditionalWrites: false, listParts: false };

/** Uploads to a bucket that was found to lack something `days` ago. */
async function uploadAfter(days: number, store: MemoryObjectStore) {
  const { file, content } = await makeBundle(await makeTempDir(), 1000);
  const memory = capabilityMap({ ...LACKS, foundAtMs: Date.UTC(2026, 0, 1) });
  const upload = new UploadBench(
    () => store,
    file,
    testConfig,
    memory,
    undefined,
    Date.UTC(2026, 0, 1 + days),
  );
  await upload.run();
  expect(stored(store).equals(content)).toBe(true);
  return {
    upload,
    known: await memory.recall(testConfig),
    probed: () => store.calls.filter(({ key }) => key !== KEY).length,
  };
}

test('what a bucket lacked is tried again after a week', async () => {
  const { known } = await uploadAfter(7, new MemoryObjectStore());
  expect(known).toEqual({
    ...KEEPS_CRC32,
    ...{ listParts: true, foundAtMs: Date.UTC(2026, 0, 8), probeLeft: undefined, notKept: undefined },
  });
});

test('what a bucket lacked is not tried again for days, nor where it still lacks it', async () => {
  const early = await uploadAfter(6, new MemoryObjectStore());
  expect(early.known).toMatchObject(LACKS);
  expect(early.probed()).toBe(0);
  const store = new MemoryObjectStore({ keepsChecksums: false });
  const still = await uploadAfter(7, store);
  expect(still.known).toMatchObject({ checksumAlgorithm: 'MD5', foundAtMs: Date.UTC(2026, 0, 8) });
  const probed = still.probed();
  expect(probed).toBeGreaterThan(0);
  await still.upload.run();
  expect(still.probed()).toBe(probed);
});

test.each(['retry', 'needs-user'] as const)(
  'a bucket that cannot be tried again (%s) is taken as it was known',
  async (verdict) => {
    const store = new MemoryObjectStore();
    const create = store.createMultipartUpload.bind(store);
    store.createMultipartUpload = (input) =>
      input.key === KEY ? create(input) : Promise.reject(storeFailure(verdict));
    const { known } = await uploadAfter(7, store);
    const tried = verdict === 'needs-user' ? 8 : 1;
    expect(known).toMatchObject({ ...LACKS, foundAtMs: Date.UTC(2026, 0, tried) });
    expect([...store.objects.keys()]).toEqual([KEY]);
  },
);

import { rm } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { eventually } from '../../eventually';
import type { ObjectHead } from '../../../src/upload/objectStore/objectStore';
import { classifyError } from '../../../src/upload/objectStore/s3/classifyError';
import { isRetryableError } from '../../../src/main/uploadService';
import type { ByteProgress } from '../../../src/upload/transfer/byteCounter';
import { MemoryObjectStore } from '../../fakes/MemoryObjectStore';
import { storeFailure } from '../../fakes/storeFaults';
import {
  abortsOf,
  bench,
  failed,
  KEEPS_CRC32,
  KEY,
  makeBundle,
  makeTempDir,
  MIB,
  stored,
  testConfig,
  UploadBench,
} from './support';
import { wordsOf } from '../../wordsOf';

describe('a whole upload', () => {
  test('sends a small bundle with one PUT', async () => {
    const { store, content, bench: upload } = await bench(1000);
    const result = await upload.run();
    expect(stored(store).equals(content)).toBe(true);
    expect(store.calls.filter((c) => c.operation === 'putObject')).toHaveLength(1);
    expect(result).toMatchObject({ verifiedAt: 42, etag: store.objects.get(KEY)!.head.etag });
  });

  test('sends an empty bundle', async () => {
    const { store, bench: upload } = await bench(0);
    await upload.run();
    expect(stored(store)).toHaveLength(0);
  });

  test.each([
    ['CRC32', { keepsChecksums: true }],
    ['CRC64NVME', { keepsChecksums: true }],
    ['MD5', { keepsChecksums: false }],
  ] as const)('sends a large bundle in parts and compares it by %s', async (checksumAlgorithm, options) => {
    const store = new MemoryObjectStore(options);
    const { file, content } = await makeBundle(await makeTempDir(), 12 * MIB + 7);
    const known = { ...KEEPS_CRC32, checksumAlgorithm, foundAtMs: 42 };
    const upload = new UploadBench(() => store, file, testConfig, known);
    await upload.run();
    expect(stored(store).equals(content)).toBe(true);
    expect(store.bytesReceived()).toBe(content.length);
    expect(store.uploads.size).toBe(0);
    expect(upload.disk.multipart?.parts.map((p) => p.size)).toEqual([5 * MIB, 5 * MIB, 2 * MIB + 7]);
  });

  test('writes acknowledged parts at most once a second, and all of them in the end', async () => {
    const store = new MemoryObjectStore({ minPartSizeBytes: 1 });
    const { file } = await makeBundle(await makeTempDir(), 40 * MIB);
    const upload = new UploadBench(() => store, file, { ...testConfig, partSizeBytes: MIB });
    const honest = store.uploadPart.bind(store);
    store.uploadPart = async (input) => {
      const reply = await honest(input);
      upload.clock.advance(100);
      return reply;
    };
    await upload.run();
    // 40 parts in 4 s, and the saves around them: intent, upload id, the last parts, Complete.
    expect(upload.saves).toBeLessThanOrEqual(1 + 4 + 4);
    expect(upload.disk.multipart!.parts).toHaveLength(40);
  });

  test('an acknowledged part is on disk within a second, even when nothing else happens', async () => {
    const { store, bench: upload } = await bench(20 * MIB);
    store.faults.add({ on: { operation: 'uploadPart', partNumber: 2 }, when: 'hang' });
    const stop = new AbortController();
    const run = failed(upload.run({ signal: stop.signal }));
    await eventually(() => expect(store.uploads.get('upload-1')?.parts.size).toBe(3));
    upload.clock.advance(1000);
    await eventually(() => expect(upload.disk.multipart!.parts.map((p) => p.number)).toEqual([1, 3, 4]));
    stop.abort();
    await run;
  });

  test('sends no further part when what was acknowledged cannot be saved', async () => {
    const store = new MemoryObjectStore({ minPartSizeBytes: 1 });
    const { file } = await makeBundle(await makeTempDir(), 40 * MIB);
    const upload = new UploadBench(() => store, file, { ...testConfig, partSizeBytes: MIB });
    const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    const error = await failed(upload.run({ failSavesFrom: { number: 3, error: full } }));
    expect(error).toMatchObject({ verdict: 'retry', problem: { code: 'ENOSPC' } });
    expect(store.bytesReceived()).toBeLessThan(12 * MIB);
  });

  test('reports bytes that never fall and end at the size', async () => {
    const { content, bench: upload } = await bench(12 * MIB);
    const seen: number[] = [];
    const onProgress = (at: ByteProgress) => seen.push(at.bytesAcknowledged + at.bytesUnderWay);
    await upload.run({ onProgress });
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toBe(content.length);
  });

  test('finds out what the bucket can do, once, and leaves no probe', async () => {
    const store = new MemoryObjectStore({ keepsChecksums: false });
    const { file } = await makeBundle(await makeTempDir(), 10);
    const upload = new UploadBench(() => store, file, testConfig, null);
    await upload.run();
    const probes = store.calls.filter((c) => c.key === `${KEY}.probe`).length;
    await rm(file);
    await makeBundle(file.replace(/[^/]+$/, ''), 11);
    await upload.run();
    expect(probes).toBeGreaterThan(0);
    expect(store.calls.filter((c) => c.key === `${KEY}.probe`)).toHaveLength(probes);
    expect([...store.objects.keys()]).toEqual([KEY]);
  });
});

describe('what may go wrong', () => {
  test('a part damaged on the way is sent again, twice at most', async () => {
    const { store, content, bench: upload } = await bench(6 * MIB);
    const failure = storeFailure('corrupt', 'BadDigest');
    store.faults.add({ on: { operation: 'uploadPart', partNumber: 1 }, when: 'before', failure, times: 2 });
    await upload.run();
    expect(stored(store).equals(content)).toBe(true);
  });

  test('a part damaged every time fails', async () => {
    const { store, bench: upload } = await bench(6 * MIB);
    const failure = storeFailure('corrupt', 'BadDigest');
    store.faults.add({ on: { operation: 'uploadPart', partNumber: 1 }, when: 'before', failure, times: 3 });
    expect((await failed(upload.run())).verdict).toBe('corrupt');
  });

  test.each<[string, (head: ObjectHead) => ObjectHead]>([
    [
      'checksum',
      (head) => ({ ...head, checksum: { algorithm: 'CRC32', value: 'AAAAAA==', composite: false } }),
    ],
    ['size', (head) => ({ ...head, size: head.size! - 1 })],
  ])('an object with another %s than the bundle is never taken for done', async (_what, differ) => {
    const { store, bench: upload } = await bench(100);
    const honest = store.headObject.bind(store);
    store.headObject = async (input) => {
      const head = await honest(input);
      return head && differ(head);
    };
    const error = await failed(upload.run());
    expect(error).toMatchObject({ verdict: 'corrupt', problem: { code: 'ObjectDamaged' } });
    expect(store.calls.filter((c) => c.operation === 'putObject')).toHaveLength(3);
  });

  test('another program’s object at our key is not overwritten', async () => {
    const { store, bench: upload } = await bench(100);
    await store.putObject({ key: KEY, body: Buffer.from('theirs'), contentType: 'text/plain' });
    expect((await failed(upload.run())).problem.code).toBe('ObjectExists');
    expect(stored(store).toString()).toBe('theirs');
  });

  test('a missing bundle asks for another export', async () => {
    const { file, bench: upload } = await bench(100);
    await rm(file);
    const error = await failed(upload.run());
    expect(error).toMatchObject({ verdict: 'needs-user', problem: { code: 'BundleMissing' } });
    expect(isRetryableError(error)).toBe(false);
  });

  test('parts under way run out after a broken connection, and count', async () => {
    const { store, bench: upload } = await bench(20 * MIB);
    store.faults.add({
      on: { operation: 'uploadPart', partNumber: 2 },
      when: 'before',
      failure: storeFailure('retry', 'ECONNRESET'),
    });
    const error = await failed(upload.run());
    expect(isRetryableError(error)).toBe(true);
    expect(upload.disk.multipart!.parts.map((p) => p.number)).toEqual([1, 3, 4]);
  });

  test('cancelling stops at once; aborting what was recorded leaves nothing on the server', async () => {
    const { store, bench: upload } = await bench(20 * MIB);
    const cancel = new AbortController();
    store.faults.add({
      on: { operation: 'uploadPart', partNumber: 3 },
      when: 'hang',
      onReached: () => queueMicrotask(() => cancel.abort()),
    });
    expect((await failed(upload.run({ signal: cancel.signal }))).verdict).toBe('cancelled');
    expect(store.uploads.size).toBe(1);
    const left = await upload.service.abortUploads(testConfig, abortsOf(upload));
    expect(left).toEqual([]);
    expect(store.uploads.size).toBe(0);
  });

  test('an abort that cannot be sent is given back', async () => {
    const { store, bench: upload } = await bench(1);
    const abort = { bucket: 'recordings', key: KEY, uploadId: 'upload-9' };
    const failure = storeFailure('unreachable', 'ECONNREFUSED');
    store.faults.add({ on: { operation: 'abortMultipartUpload' }, when: 'before', failure });
    expect(await upload.service.abortUploads(testConfig, [abort])).toEqual([abort]);
    expect(await upload.service.abortUploads(testConfig, [abort])).toEqual([]);
  });
});

describe('testing a connection', () => {
  test('writes, reads, deletes, and leaves nothing', async () => {
    const { store, bench: upload } = await bench(1);
    expect(await upload.service.validateCredentials(testConfig)).toMatchObject({ valid: true });
    const operations = new Set(store.calls.map((c) => c.operation));
    for (const operation of ['putObject', 'getObject', 'completeMultipartUpload', 'deleteObject'] as const)
      expect(operations).toContain(operation);
    expect(store.objects.size).toBe(0);
    expect(store.uploads.size).toBe(0);
  });

  test('names the cause', async () => {
    const { store, bench: upload } = await bench(1);
    const failure = storeFailure('needs-user', 'SignatureDoesNotMatch', { httpStatus: 403 });
    store.faults.add({ on: { operation: 'putObject' }, when: 'before', failure });
    const verdict = await upload.service.validateCredentials(testConfig);
    expect(verdict).toMatchObject({ valid: false, error: { code: 'SignatureDoesNotMatch' } });
  });

  test('promises no upload that goes on by itself', async () => {
    const { store, bench: upload } = await bench(1);
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED', syscall: 'connect' });
    const context = { operation: 'PutObject', bucket: 'b', endpoint: 'https://s3.test', nowMs: 0 };
    const failure = classifyError(refused, context);
    expect(wordsOf(failure).action).toMatch(/resumes automatically/);
    store.faults.add({ on: { operation: 'putObject' }, when: 'before', failure });
    const { error } = await upload.service.validateCredentials(testConfig);
    expect(error).toMatchObject({
      message: 's3.test refuses connections.',
      action: 'Check that the server runs, and the endpoint’s port, then try again.',
    });
  });

  test('warns where deleting is denied', async () => {
    const { store, bench: upload } = await bench(1);
    const failure = storeFailure('needs-user', 'AccessDenied', { httpStatus: 403 });
    store.faults.add({ on: { operation: 'deleteObject' }, when: 'before', failure, times: 9 });
    const verdict = await upload.service.validateCredentials(testConfig);
    expect(verdict.valid).toBe(true);
    expect(verdict.warnings).toHaveLength(1);
  });

  test('a multipart upload that is denied leaves nothing unfinished', async () => {
    const { store, bench: upload } = await bench(1);
    const failure = storeFailure('needs-user', 'AccessDenied', { httpStatus: 403 });
    store.faults.add({ on: { operation: 'uploadPart' }, when: 'before', failure });
    expect((await upload.service.validateCredentials(testConfig)).valid).toBe(false);
    expect(store.uploads.size).toBe(0);
  });
});

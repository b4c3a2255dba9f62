import { rm } from 'node:fs/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { eventually } from '../../eventually';
import { UploadQueue, type QueueChange } from '../../../src/main/uploadQueue';
import { UploadService } from '../../../src/main/uploadService';
import { createUploadStateStore } from '../../../src/main/uploadStateStore';
import type { UploadConfig } from '../../../src/shared/upload';
import { FakeClock } from '../../fakes/FakeClock';
import { FakeSessions } from '../../fakes/FakeSessions';
import { MemoryObjectStore } from '../../fakes/MemoryObjectStore';
import { storeFailure } from '../../fakes/storeFaults';
import {
  capabilityMap,
  countingRandom,
  KEEPS_CRC32,
  makeTempDir,
  MIB,
  quietLog,
  testConfig,
} from './support';

const A = '20260101-000000-000a';
const B = '20260101-000000-000b';
const C = '20260101-000000-000c';
const keyOf = (id: string) => `sessions/${id}/${id}.zip`;

type Setup = { sessions: FakeSessions; clock: FakeClock; store: MemoryObjectStore };

/** Opens a queue over the same folder and bucket, like another start of the app. */
async function open({ sessions, clock, store }: Setup, config: UploadConfig | null = testConfig) {
  const states = createUploadStateStore({
    sessions,
    clock,
    onQuarantine: (damaged) => expect.unreachable(damaged.cause),
    onUnreadable: (_id, error) => expect.unreachable(String(error)),
  });
  const service = new UploadService({
    createStore: () => store,
    capabilities: capabilityMap(KEEPS_CRC32),
    clock,
    random: countingRandom(),
    log: quietLog,
  });
  const queue = new UploadQueue({
    states,
    service,
    loadConfig: async () => config,
    bundleFile: (id) => sessions.bundleFile(id),
    clock,
    log: quietLog,
  });
  onTestFinished(() => queue.close());
  const changes: QueueChange[] = [];
  queue.subscribe((change) => changes.push(change));
  await queue.settingsChanged(config ? 'ready' : 'NotConfigured', 3);
  const statusOf = (id: string) => queue.find(id)?.state.status;
  const until = (id: string, status: string) => eventually(() => expect(statusOf(id)).toBe(status));
  return { queue, states, changes, statusOf, until };
}

async function setUp(sizes: Record<string, number> = { [A]: 100 }): Promise<Setup> {
  const sessions = new FakeSessions(await makeTempDir());
  for (const [id, size] of Object.entries(sizes)) await sessions.addExported(id, Buffer.alloc(size, id));
  return { sessions, clock: new FakeClock(), store: new MemoryObjectStore() };
}

test('begins at once when idle, and announces each step once', async () => {
  const setup = await setUp();
  const { queue, changes, until, states } = await open(setup);
  await queue.enqueue(A);
  await until(A, 'done');
  const steps = changes.filter(({ from, to }) => from !== to).map(({ from, to }) => `${from} → ${to}`);
  expect(steps).toEqual(['not_uploaded → pending', 'pending → uploading', 'uploading → done']);
  expect(changes.filter(({ bytesOnly }) => bytesOnly).length).toBeGreaterThan(0);
  expect(changes.every(({ from, to, bytesOnly }) => !bytesOnly || from === to)).toBe(true);
  await eventually(async () => expect((await states.readUploadState(A))?.status).toBe('done'));
  expect(queue.find(A)!.payload).toMatchObject({ progress: 100, bytesUploaded: 100, totalBytes: 100 });
});

test('one at a time, in order', async () => {
  const setup = await setUp({ [A]: 10, [B]: 10, [C]: 10 });
  const { queue, until } = await open(setup);
  await Promise.all([queue.enqueue(B), queue.enqueue(A), queue.enqueue(C)]);
  // Which of three that are enqueued in the same moment comes last is not said.
  for (const id of [A, B, C]) await until(id, 'done');
  const puts = setup.store.calls.filter((c) => c.operation === 'putObject').map((c) => c.key);
  expect(new Set(puts).size).toBe(3);
  expect(puts).toHaveLength(3);
});

test('enqueueing what is under way changes nothing', async () => {
  const setup = await setUp();
  setup.store.faults.add({ on: { operation: 'putObject' }, when: 'hang' });
  const { queue, until, statusOf } = await open(setup);
  await queue.enqueue(A);
  await eventually(() => expect(setup.store.calls.some((c) => c.operation === 'putObject')).toBe(true));
  const before = queue.find(A)!.state;
  await queue.enqueue(A);
  expect(queue.find(A)!.state).toBe(before);
  expect(statusOf(A)).toBe('uploading');
  await queue.cancel(A);
  await until(A, 'not_uploaded');
});

test('enqueueing what has just been uploaded sends nothing again; another bundle is sent', async () => {
  const setup = await setUp({ [A]: 12 * MIB });
  const { queue, until, states } = await open(setup);
  await queue.enqueue(A);
  await until(A, 'done');
  await eventually(async () => expect((await states.readUploadState(A))?.status).toBe('done'));
  const before = queue.find(A)!.state;
  const calls = setup.store.calls.length;
  await queue.enqueue(A);
  expect(queue.find(A)!.state).toBe(before);
  expect(setup.store.calls).toHaveLength(calls);
  await setup.sessions.addExported(A, Buffer.alloc(11 * MIB));
  await queue.enqueue(A);
  await until(A, 'done');
  expect(queue.find(A)!.state.uploadToken).not.toBe(before.uploadToken);
  expect([...setup.store.objects.values()].map(({ body }) => body.length)).toEqual([11 * MIB]);
});

test('tries again after 1, 2 and 4 s, then gives up; Retry begins with a fresh count', async () => {
  const setup = await setUp();
  setup.store.faults.add({
    on: { operation: 'putObject' },
    when: 'before',
    failure: storeFailure('retry'),
    times: 4,
  });
  const { queue, until } = await open(setup);
  await queue.enqueue(A);
  for (const delayMs of [1000, 2000, 4000]) {
    await until(A, 'pending');
    await eventually(() => expect(setup.clock.untilNextTimer()).toBe(delayMs));
    setup.clock.advance(delayMs);
  }
  await until(A, 'failed');
  expect(queue.find(A)!.state).toMatchObject({ retryCount: 3, retryable: true });
  await queue.retry(A);
  await until(A, 'done');
  expect(queue.find(A)!.state.retryCount).toBe(0);
});

test('a wrong secret fails at once, with its cause, and is fixed by new settings and Retry', async () => {
  const setup = await setUp();
  const failure = storeFailure('needs-user', 'SignatureDoesNotMatch', { httpStatus: 403 });
  setup.store.faults.add({ on: { operation: 'headObject' }, when: 'before', failure });
  const { queue, until, statusOf } = await open(setup);
  await queue.enqueue(A);
  await until(A, 'failed');
  expect(queue.find(A)!.payload).toMatchObject({
    errorDetail: { code: 'SignatureDoesNotMatch' },
    reason: { kind: 'needs-user', code: 'SignatureDoesNotMatch' },
    retryCount: 0,
  });
  await queue.settingsChanged('ready', 3);
  expect(statusOf(A)).toBe('failed');
  await queue.retry(A);
  await until(A, 'done');
});

test('a lost network is waited out for as long as it takes', async () => {
  const setup = await setUp();
  const failure = storeFailure('unreachable', 'ECONNREFUSED');
  setup.store.faults.add({ on: { operation: 'headObject' }, when: 'before', failure, times: 20 });
  const { queue, until } = await open(setup);
  await queue.enqueue(A);
  for (let round = 0; round < 20; round++) {
    await until(A, 'pending');
    expect(queue.find(A)!.state).toMatchObject({ retryCount: 0, reason: { kind: 'network' } });
    setup.clock.advance(setup.clock.untilNextTimer()!);
  }
  await until(A, 'done');
});

test('a wake-up ends the wait', async () => {
  const setup = await setUp();
  const failure = storeFailure('unreachable', 'ENOTFOUND');
  setup.store.faults.add({ on: { operation: 'headObject' }, when: 'before', failure });
  const { queue, until } = await open(setup);
  await queue.enqueue(A);
  await until(A, 'pending');
  queue.onWake();
  await until(A, 'done');
});

test('a missing bundle is a reason of its own', async () => {
  const setup = await setUp();
  await rm(setup.sessions.bundleFile(A));
  const { queue, until } = await open(setup);
  await queue.enqueue(A);
  await until(A, 'failed');
  expect(queue.find(A)!.state).toMatchObject({ reason: { kind: 'file' }, error: { code: 'BundleMissing' } });
});

test('a state that cannot be saved stops the upload, in words, and is tried again', async () => {
  const setup = await setUp({ [A]: 12 * MIB });
  const { queue, until, states } = await open(setup);
  const honest = states.writeUploadState.bind(states);
  states.writeUploadState = (state) =>
    state.multipart ? Promise.reject(new Error('ENOSPC: no space left on device')) : honest(state);
  await queue.enqueue(A);
  await until(A, 'pending');
  expect(queue.find(A)!.state).toMatchObject({
    reason: { kind: 'backoff' },
    error: { code: 'StateNotSaved' },
  });
  expect(setup.store.bytesReceived()).toBe(0);
  states.writeUploadState = honest;
  setup.clock.advance(1000);
  await until(A, 'done');
  expect(setup.store.uploads.size).toBe(0);
});

describe('cancelling', () => {
  test('stops the bytes, shows Not uploaded, and leaves no multipart; uploading again works', async () => {
    const setup = await setUp({ [A]: 12 * MIB, [B]: 10 });
    setup.store.faults.add({ on: { operation: 'uploadPart', partNumber: 2 }, when: 'hang' });
    const { queue, until, statusOf } = await open(setup);
    await queue.enqueue(A);
    await queue.enqueue(B);
    await eventually(() => expect(setup.store.uploads.size).toBe(1));
    await eventually(() => expect(setup.store.calls.some((c) => c.partNumber === 2)).toBe(true));
    await queue.cancel(A);
    expect(statusOf(A)).toBe('not_uploaded');
    await until(B, 'done');
    expect(setup.store.uploads.size).toBe(0);
    await eventually(() => expect(queue.find(A)!.state.pendingAborts).toEqual([]));
    await queue.enqueue(A);
    await until(A, 'done');
    expect(setup.store.objects.get(keyOf(A))!.body).toHaveLength(12 * MIB);
  });

  test('an abort that cannot be sent is remembered over a restart and sent later', async () => {
    const setup = await setUp({ [A]: 12 * MIB });
    setup.store.faults.add({ on: { operation: 'uploadPart', partNumber: 2 }, when: 'hang' });
    const first = await open(setup);
    await first.queue.enqueue(A);
    await eventually(() => expect(setup.store.calls.some((c) => c.partNumber === 2)).toBe(true));
    const failure = storeFailure('unreachable', 'ENETUNREACH');
    for (const operation of ['abortMultipartUpload', 'listMultipartUploads'] as const)
      setup.store.faults.add({ on: { operation }, when: 'before', failure, times: 99 });
    await first.queue.cancel(A);
    await first.queue.close();
    expect((await first.states.readUploadState(A))!.pendingAborts).toHaveLength(1);
    setup.store.faults.clear();
    const second = await open(setup);
    await second.queue.restore();
    await eventually(() => expect(setup.store.uploads.size).toBe(0));
    await eventually(async () => expect((await second.states.readUploadState(A))!.pendingAborts).toEqual([]));
    expect(second.statusOf(A)).toBe('not_uploaded');
  });

  test('forgetting waits for the end and drops the session', async () => {
    const setup = await setUp({ [A]: 12 * MIB });
    setup.store.faults.add({ on: { operation: 'uploadPart', partNumber: 2 }, when: 'hang' });
    const { queue } = await open(setup);
    await queue.enqueue(A);
    await eventually(() => expect(setup.store.calls.some((c) => c.partNumber === 2)).toBe(true));
    expect(await queue.forget(A)).toEqual([]);
    expect(setup.store.uploads.size).toBe(0);
    expect(queue.find(A)).toBeUndefined();
  });
});

describe('a restart', () => {
  test('continues an interrupted upload by itself, sending no acknowledged part again', async () => {
    const setup = await setUp({ [A]: 22 * MIB });
    setup.store.faults.add({ on: { operation: 'uploadPart', partNumber: 5 }, when: 'hang' });
    const first = await open(setup);
    await first.queue.enqueue(A);
    await eventually(() => expect(first.queue.find(A)!.payload.bytesUploaded).toBe(20 * MIB));
    setup.clock.advance(1000);
    await eventually(async () =>
      expect((await first.states.readUploadState(A))?.multipart?.parts).toHaveLength(4),
    );
    await first.queue.close();
    expect((await first.states.readUploadState(A))!.status).toBe('uploading');
    const before = setup.store.bytesReceived();
    const second = await open(setup);
    await second.queue.restore();
    await second.until(A, 'done');
    expect(setup.store.bytesReceived() - before).toBe(2 * MIB);
  });

  test('takes up pending sessions in their order', async () => {
    const setup = await setUp({ [A]: 1, [B]: 1, [C]: 1 });
    const first = await open(setup, null);
    for (const id of [C, A, B]) await first.queue.enqueue(id);
    expect(first.queue.find(A)!.state.reason).toEqual({ kind: 'needs-user', code: 'NotConfigured' });
    await first.queue.close();
    const second = await open(setup);
    await second.queue.restore();
    await second.until(B, 'done');
    const puts = setup.store.calls.filter((c) => c.operation === 'putObject').map((c) => c.key);
    expect(puts).toEqual([C, A, B].map(keyOf));
  });
});

import { randomFillSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { UploadService } from '../../src/main/uploadService';
import type { JobState, UploadConfig } from '../../src/shared/upload';
import { JobQueue, type JobQueueParts } from '../../src/upload/queue/jobQueue';
import type { JobStore } from '../../src/upload/queue/jobStore';
import type { QueueLimits } from '../../src/upload/queue/queueState';
import { eventually } from '../eventually';
import { FakeClock } from '../fakes/FakeClock';
import { MemoryObjectStore } from '../fakes/MemoryObjectStore';
import { SilentLog } from '../fakes/SilentLog';
import { storeFailure } from '../fakes/storeFaults';
import {
  capabilityMap,
  countingRandom,
  KEEPS_CRC32,
  makeTempDir,
  MIB,
  testConfig,
} from '../main/upload/support';

const FOUR: QueueLimits = { inAll: 4, perDestination: 3 };
const HALF_SHARE = { hex: () => '80000000' };

/** What is kept of jobs, in memory. */
class MemoryJobStore implements JobStore {
  readonly states = new Map<string, JobState>();

  async read(jobId: string) {
    return this.states.get(jobId) ?? null;
  }

  async readAll(jobIds = [...this.states.keys()]) {
    return jobIds.flatMap((id) => this.states.get(id) ?? []);
  }

  async save(state: JobState) {
    this.states.set(state.jobId, JSON.parse(JSON.stringify(state)) as JobState);
  }
}

/** Two destinations, `home` and `office`, each with a bucket of its own, and a folder with one file for each job. */
async function house(sizes: Record<string, number>) {
  const dir = await makeTempDir();
  const fileOf = (jobId: string) => path.join(dir, `${jobId}.bin`);
  for (const [jobId, size] of Object.entries(sizes))
    await writeFile(fileOf(jobId), randomFillSync(Buffer.alloc(size)));
  const clock = new FakeClock();
  const stores = { home: new MemoryObjectStore(), office: new MemoryObjectStore() };
  const configs: Record<string, UploadConfig> = {
    home: { ...testConfig, bucket: 'home' },
    office: { ...testConfig, bucket: 'office' },
  };
  const states = new MemoryJobStore();

  async function open(limits: QueueLimits, random?: JobQueueParts['random']) {
    const log = new SilentLog();
    const service = new UploadService({
      createStore: ({ bucket }) => stores[bucket as keyof typeof stores],
      capabilities: capabilityMap(KEEPS_CRC32),
      ...{ clock, random: countingRandom(), log },
    });
    const queue = new JobQueue({
      ...{ store: states, service, limits, clock, random, log },
      sourceOf: fileOf,
      describe: async (jobId) => ({
        source: fileOf(jobId),
        target: { key: jobId, contentType: 'text/plain', metadata: {}, ifExists: 'replace' },
      }),
      loadConfig: async (id) => configs[id] ?? null,
    });
    onTestFinished(() => queue.close());
    const setUp = (id: string) => queue.settingsChanged('ready', 3, id);
    const statusOf = (jobId: string) => queue.find(jobId)?.state.status;
    const until = (jobId: string, status: string) => eventually(() => expect(statusOf(jobId)).toBe(status));
    const enqueue = (jobId: string, id: string) => queue.enqueue(jobId, undefined, id);
    return { queue, setUp, statusOf, until, enqueue };
  }
  const puts = (id: 'home' | 'office') =>
    stores[id].calls.filter(({ operation }) => operation === 'putObject').map(({ key }) => key);
  return { clock, stores, states, open, puts };
}

test('jobs of several destinations run beside each other, each to its own bucket, within the limits', async () => {
  const { stores, open, puts } = await house({ a: 10, b: 10, c: 10, d: 10, e: 10, f: 10 });
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  for (const store of Object.values(stores))
    store.faults.add({ on: { operation: 'putObject' }, when: 'hang', release: released, times: 9 });
  const { queue, setUp, until, enqueue, statusOf } = await open(FOUR);
  for (const id of ['home', 'office']) await setUp(id);
  for (const job of ['a', 'b', 'c', 'd']) await enqueue(job, 'home');
  for (const job of ['e', 'f']) await enqueue(job, 'office');
  await eventually(() =>
    expect([...puts('home'), ...puts('office')].toSorted()).toEqual(['a', 'b', 'c', 'e']),
  );
  expect(['d', 'f'].map(statusOf)).toEqual(['pending', 'pending']);
  expect(queue.find('a')?.live).toBeDefined();
  release();
  for (const job of ['a', 'b', 'c', 'd', 'e', 'f']) await until(job, 'done');
  expect([...stores.home.objects.keys()].toSorted()).toEqual(['a', 'b', 'c', 'd']);
  expect([...stores.office.objects.keys()].toSorted()).toEqual(['e', 'f']);
  expect(queue.find('e')?.state).toMatchObject({ destinationId: 'office', bucket: 'office' });
});

test('a destination that asks for quiet holds up its own jobs only, and is probed by one of them', async () => {
  const { clock, stores, open, puts } = await house({ a: 10, b: 10, c: 10, x: 10, y: 10 });
  const failure = storeFailure('throttle', 'SlowDown', { httpStatus: 503 });
  const { setUp, until, enqueue, queue } = await open(FOUR, HALF_SHARE);
  for (const id of ['home', 'office']) await setUp(id);
  const refusal = Promise.withResolvers<void>();
  const refused = { when: 'before', failure, release: refusal.promise, times: 3 } as const;
  stores.home.faults.add({ on: { operation: 'putObject' }, ...refused });
  for (const job of ['a', 'b', 'c']) await enqueue(job, 'home');
  await eventually(() => expect(puts('home')).toHaveLength(3));
  refusal.resolve();
  for (const job of ['a', 'b', 'c']) await until(job, 'pending');
  // Half of the first second: three that were refused together count once.
  const untilMs = clock.now() + 500;
  for (const job of ['a', 'b', 'c'])
    expect(queue.find(job)?.state).toMatchObject({ reason: { kind: 'throttled', untilMs }, retryCount: 0 });
  for (const job of ['x', 'y']) await enqueue(job, 'office');
  for (const job of ['x', 'y']) await until(job, 'done');
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  stores.home.faults.add({ on: { operation: 'putObject' }, when: 'hang', release: released, times: 3 });
  clock.advance(500);
  await eventually(() => expect(puts('home')).toHaveLength(4));
  expect(['a', 'b', 'c'].map((job) => queue.find(job)?.state.status)).toEqual([
    'uploading',
    'pending',
    'pending',
  ]);
  release();
  for (const job of ['a', 'b', 'c']) await until(job, 'done');
});

test('a job that joins a destination during its pause says until when it waits', async () => {
  const { clock, stores, open } = await house({ a: 10, b: 10 });
  const { setUp, until, enqueue, queue } = await open(FOUR);
  await setUp('home');
  const failure = storeFailure('throttle', 'SlowDown', { httpStatus: 503, retryAfterMs: 60_000 });
  stores.home.faults.add({ on: { operation: 'putObject' }, when: 'before', failure });
  await enqueue('a', 'home');
  await until('a', 'pending');
  await queue.cancel('a');
  await enqueue('b', 'home');
  expect(queue.find('b')?.state.reason).toEqual({ kind: 'throttled', untilMs: clock.now() + 60_000 });
  clock.advance(59_999);
  expect(stores.home.calls.filter(({ key }) => key === 'b')).toEqual([]);
  clock.advance(1);
  await until('b', 'done');
});

test('a job that waits for the keys of its destination gives its place to another destination', async () => {
  const { stores, open } = await house({ a: 10, b: 10, x: 10 });
  const { setUp, until, enqueue, queue, statusOf } = await open({ inAll: 1, perDestination: 1 });
  for (const id of ['home', 'office']) await setUp(id);
  stores.home.faults.add({ on: { operation: 'putObject' }, when: 'hang' });
  await enqueue('a', 'home');
  await enqueue('b', 'home');
  await eventually(() =>
    expect(stores.home.calls.some(({ operation }) => operation === 'putObject')).toBe(true),
  );
  queue.noteAccessWait('team', 'home');
  expect(queue.find('a')?.waitsForProfile).toBe('team');
  expect(statusOf('a')).toBe('uploading');
  await enqueue('x', 'office');
  await until('x', 'done');
  expect(queue.find('x')?.waitsForProfile).toBeUndefined();
  queue.noteAccessWait(undefined, 'home');
  for (const job of ['a', 'b']) await until(job, 'done');
});

describe('of several that run, one', () => {
  async function threeRunning() {
    const { stores, open, states, clock } = await house({ a: 12 * MIB, b: 12 * MIB, c: 12 * MIB });
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    stores.home.faults.add({
      on: { operation: 'uploadPart', partNumber: 2 },
      // One more than there are jobs, so that a run that is resumed does not end unseen.
      ...{ when: 'hang', release: released, times: 4 },
    });
    const opened = await open(FOUR);
    await opened.setUp('home');
    for (const job of ['a', 'b', 'c']) await opened.enqueue(job, 'home');
    await eventually(() => expect(stores.home.uploads.size).toBe(3));
    await eventually(() =>
      expect(stores.home.calls.filter(({ partNumber }) => partNumber === 2)).toHaveLength(3),
    );
    return { ...opened, store: stores.home, release, states, clock };
  }

  test('is cancelled, and the others go on', async () => {
    const { queue, until, store, release } = await threeRunning();
    await queue.cancel('b');
    await eventually(() => expect(store.uploads.size).toBe(2));
    release();
    for (const job of ['a', 'c']) await until(job, 'done');
    expect(queue.find('b')?.state).toMatchObject({ status: 'not_uploaded', pendingAborts: [] });
    expect([...store.objects.keys()].toSorted()).toEqual(['a', 'c']);
  });

  test('is paused and resumed, and is never run twice at once', async () => {
    const { queue, until, store, release } = await threeRunning();
    await queue.pause(['b']);
    await queue.resume(['b']);
    await until('b', 'uploading');
    release();
    for (const job of ['a', 'b', 'c']) await until(job, 'done');
    const creates = store.calls.filter(
      ({ operation, key }) => operation === 'createMultipartUpload' && key === 'b',
    );
    expect(creates).toHaveLength(1);
  });

  test('is forgotten once its run is over', async () => {
    const { queue, until, store, release } = await threeRunning();
    expect(await queue.forget('b')).toEqual([]);
    expect(queue.find('b')).toBeUndefined();
    expect(store.uploads.size).toBe(2);
    release();
    for (const job of ['a', 'c']) await until(job, 'done');
  });

  test('and all others are taken up by the next start', async () => {
    const { queue, states } = await threeRunning();
    await queue.close();
    const statuses = [...states.states.values()].map(({ status, destinationId }) => ({
      status,
      destinationId,
    }));
    expect(statuses).toEqual(Array(3).fill({ status: 'uploading', destinationId: 'home' }));
  });
});

test('a job keeps its destination over a restart, and waits until that is set up', async () => {
  const { open, stores } = await house({ a: 10, b: 10 });
  const first = await open(FOUR);
  await first.enqueue('a', 'office');
  expect(first.queue.find('a')?.state).toMatchObject({
    reason: { kind: 'needs-user', code: 'DestinationUnknown' },
  });
  await first.queue.close();
  const second = await open(FOUR);
  await second.queue.restore();
  expect(second.statusOf('a')).toBe('pending');
  await second.setUp('office');
  await second.until('a', 'done');
  expect([...stores.office.objects.keys()]).toEqual(['a']);
});

test('a pause that a destination asked for holds after a restart', async () => {
  const { open, stores, clock } = await house({ a: 10, b: 10 });
  const failure = storeFailure('throttle', 'SlowDown', { httpStatus: 503, retryAfterMs: 60_000 });
  stores.office.faults.add({ on: { operation: 'putObject' }, when: 'before', failure });
  const first = await open(FOUR);
  await first.setUp('office');
  await first.enqueue('a', 'office');
  await first.until('a', 'pending');
  await first.queue.close();
  const second = await open(FOUR);
  await second.queue.restore();
  await second.setUp('office');
  await second.enqueue('b', 'office');
  expect(['a', 'b'].map(second.statusOf)).toEqual(['pending', 'pending']);
  clock.advance(60_000);
  for (const job of ['a', 'b']) await second.until(job, 'done');
});

test('a job that is sent to another destination is aborted at the one where it was begun', async () => {
  const { open, stores } = await house({ a: 12 * MIB });
  stores.home.faults.add({ on: { operation: 'uploadPart', partNumber: 2 }, when: 'hang' });
  const failure = storeFailure('needs-user', 'AccessDenied', { httpStatus: 403 });
  stores.home.faults.add({ on: { operation: 'uploadPart', partNumber: 3 }, when: 'before', failure });
  const { setUp, until, enqueue, queue } = await open(FOUR);
  for (const id of ['home', 'office']) await setUp(id);
  await enqueue('a', 'home');
  await until('a', 'failed');
  expect(stores.home.uploads.size).toBe(1);
  await enqueue('a', 'office');
  await until('a', 'done');
  await eventually(() => expect(stores.home.uploads.size).toBe(0));
  await eventually(() => expect(queue.find('a')?.state.pendingAborts).toEqual([]));
  expect(stores.office.objects.size).toBe(1);
  expect(stores.office.calls.some(({ operation }) => operation === 'abortMultipartUpload')).toBe(false);
});

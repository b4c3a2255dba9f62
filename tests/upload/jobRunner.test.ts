import fc from 'fast-check';
import { utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { UploadTarget } from '../../src/upload/job';
import { StoreFailure } from '../../src/upload/objectStore/objectStore';
import { StorePool } from '../../src/upload/objectStore/storePool';
import {
  JobRunner,
  type JobRunnerParts,
  type RunnerEvent,
  type WantedJob,
} from '../../src/upload/queue/jobRunner';
import type { JobTable } from '../../src/upload/queue/jobTable';
import { openSqliteJobStore } from '../../src/upload/queue/sqliteJobStore';
import { Uploader, type UploadJob } from '../../src/upload/uploader';
import { eventually } from '../eventually';
import { FakeClock } from '../fakes/FakeClock';
import { MemoryObjectStore } from '../fakes/MemoryObjectStore';
import { SilentLog } from '../fakes/SilentLog';
import { storeFailure, type StoreFault } from '../fakes/storeFaults';
import {
  capabilityMap,
  countingRandom,
  KEEPS_CRC32,
  makeTempDir,
  MIB,
  testConfig,
} from '../main/upload/support';

const D = 'destination';

function methodsOf(table: JobTable): JobTable {
  const names = [
    'read',
    'readAll',
    'save',
    'add',
    'next',
    'nextDueAt',
    'release',
    'shelve',
    'remove',
    'counts',
    'close',
  ] as const;
  return Object.fromEntries(names.map((name) => [name, table[name].bind(table)])) as JobTable;
}

const turnOfLoop = () => new Promise<void>((resolve) => setImmediate(resolve));

class House {
  readonly clock = new FakeClock();
  readonly store = new MemoryObjectStore();
  readonly events: RunnerEvent[] = [];
  readonly log = new SilentLog();
  /** Runs under way at this moment, and the most there ever were. */
  readonly running = new Set<string>();
  mostRunning = 0;
  doubleRuns = 0;
  storesMade = 0;
  runner!: JobRunner;
  private readonly random = countingRandom();

  constructor(
    readonly dir: string,
    private readonly options: Partial<JobRunnerParts> = {},
  ) {
    this.open();
  }

  savesFail = false;
  readTurns = 0;
  private opened!: JobTable;

  table(): JobTable {
    return this.opened;
  }

  open(): void {
    const { clock, log } = this;
    const context = { clock, onQuarantine: () => undefined, onUnreadable: () => undefined };
    const table = openSqliteJobStore(path.join(this.dir, 'jobs.sqlite'), context);
    const stores = new StorePool(() => {
      this.storesMade += 1;
      return this.store;
    }, clock);
    const capabilities = capabilityMap(KEEPS_CRC32);
    const uploader = new Uploader({ stores, capabilities, clock, random: this.random, log });
    const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    const parts: JobRunnerParts = {
      table: {
        ...methodsOf(table),
        readAll: async (jobIds) => {
          const found = await table.readAll(jobIds);
          // As from another thread.
          for (let turn = 0; turn < this.readTurns; turn += 1) await turnOfLoop();
          return found;
        },
        save: (state) => (this.savesFail ? Promise.reject(full) : table.save(state)),
      },
      ...{ stores, clock, log, random: this.random },
      uploader: { uploadFile: (job) => this.watched(job, () => uploader.uploadFile(job)) },
      configOf: async () => testConfig,
      onEvent: (event) => this.events.push(event),
      ...this.options,
    };
    this.opened = table;
    this.runner = new JobRunner(parts);
  }

  async close(): Promise<void> {
    await this.runner.close();
    await this.opened.close();
  }

  private async watched<T>({ jobId }: UploadJob, run: () => Promise<T>): Promise<T> {
    if (this.running.has(jobId)) this.doubleRuns += 1;
    this.running.add(jobId);
    this.mostRunning = Math.max(this.mostRunning, this.running.size);
    try {
      return await run();
    } finally {
      this.running.delete(jobId);
    }
  }

  async file(name: string, content: string | Buffer, target: Partial<UploadTarget> = {}): Promise<WantedJob> {
    const source = path.join(this.dir, name);
    await writeFile(source, content);
    const job = {
      jobId: name,
      source,
      target: {
        key: `in/${name}`,
        contentType: 'text/plain',
        metadata: { owner: 'me' },
        ifExists: 'replace-own' as const,
        ownerEntry: 'owner',
        proof: 'reply' as const,
        ...target,
      },
    };
    return { job, destinationId: D, sizeBytes: Buffer.byteLength(content) };
  }

  files(count: number): Promise<WantedJob[]> {
    return Promise.all(Array.from({ length: count }, (_, at) => this.file(`f${at}`, `content ${at}`)));
  }

  /** Lets time pass whenever nothing runs, until the runner has nothing left to do. */
  async untilIdle(): Promise<void> {
    const before = this.events.length;
    const isIdle = () => this.events.slice(before).some(({ kind }) => kind === 'idle' || kind === 'blocked');
    await eventually(() => {
      const waitMs = this.clock.untilNextTimer();
      if (!isIdle() && this.running.size === 0 && waitMs !== null) this.clock.advance(waitMs);
      expect(isIdle()).toBe(true);
    }, 1);
  }

  ended(how: string): string[] {
    return this.events.flatMap((event) =>
      event.kind === 'ended' && event.how === how ? [event.state.jobId] : [],
    );
  }

  calls(operation: string): number {
    return this.store.calls.filter((call) => call.operation === operation).length;
  }

  content(key: string): string | undefined {
    const object = this.store.objects.get(key);
    return object && Buffer.from(object.body).toString();
  }
}

async function makeHouse(options?: Partial<JobRunnerParts>): Promise<House> {
  const house = new House(await makeTempDir(), options);
  onTestFinished(() => house.close());
  return house;
}

test('uploads every file once, with one request each, no more at once than is allowed', async () => {
  const house = await makeHouse({ parallel: 3 });
  await house.runner.enqueue(await house.files(150));
  await house.untilIdle();
  expect(house.ended('uploaded')).toHaveLength(150);
  expect(house.store.calls).toHaveLength(150);
  expect(house.content('in/f7')).toBe('content 7');
  expect(house.mostRunning).toBe(3);
  expect(await house.table().counts()).toMatchObject({ done: 150, pending: 0, uploading: 0 });
});

test('files that may replace anything need one request each, whatever stands at their keys', async () => {
  const house = await makeHouse();
  const wanted = Array.from({ length: 1000 }, (_, at) =>
    house.file(`f${at}`, `content ${at}`, { ifExists: 'replace' }),
  );
  for (const key of ['in/f1', 'in/f2'])
    await house.store.putObject({ key, body: Buffer.from('theirs'), contentType: 'a/b' });
  house.store.calls.length = 0;
  await house.runner.enqueue(await Promise.all(wanted));
  await house.untilIdle();
  expect(house.ended('uploaded')).toHaveLength(1000);
  expect(house.content('in/f1')).toBe('content 1');
  expect(house.store.calls).toHaveLength(1000);
});

test('asked again, looks for unchanged files by one HEAD each, and sends changed and lost ones', async () => {
  const house = await makeHouse();
  const files = await house.files(4);
  await house.runner.enqueue(files);
  await house.untilIdle();
  house.store.objects.delete('in/f1');
  const changed = await house.file('f2', 'changed, and longer');
  const touched = await house.file('f3', 'content 3');
  await utimes(touched.job.source, 1, 1);
  house.store.calls.length = 0;
  await house.runner.enqueue([files[0]!, files[1]!, changed, touched]);
  await house.untilIdle();
  expect(house.ended('unchanged').toSorted()).toEqual(['f0', 'f3']);
  expect(house.content('in/f1')).toBe('content 1');
  expect(house.content('in/f2')).toBe('changed, and longer');
  const puts = house.store.calls.filter(({ operation }) => operation === 'putObject').map(({ key }) => key);
  // Of a touched file the content is compared: nothing of it is sent.
  expect([...new Set(puts)].toSorted()).toEqual(['in/f1', 'in/f2']);
  expect(house.store.calls.filter(({ key }) => key === 'in/f0')).toHaveLength(1);
  expect(house.store.calls.filter(({ key }) => key === 'in/f3')).toHaveLength(1);
});

test('files whose objects may not be asked for share one store', async () => {
  const house = await makeHouse();
  const files = await house.files(4);
  await house.runner.enqueue(files);
  await house.untilIdle();
  const failure = storeFailure('needs-user', 'AccessDenied', { httpStatus: 403 });
  for (const { job } of files)
    house.store.faults.add({ on: { key: job.target.key }, when: 'before', failure });
  house.storesMade = 0;
  await house.runner.enqueue(files);
  await house.untilIdle();
  expect(house.ended('unchanged')).toHaveLength(4);
  expect(house.storesMade).toBeLessThanOrEqual(1);
});

test('same size, other content: sent again', async () => {
  const house = await makeHouse();
  await house.runner.enqueue([await house.file('a', 'one')]);
  await house.untilIdle();
  await house.runner.enqueue([await house.file('a', 'two')]);
  await house.untilIdle();
  expect(house.content('in/a')).toBe('two');
});

test.each([
  ['unreachable', {}],
  ['throttle', { retryAfterMs: 3000 }],
] as const)(
  '%s holds all files of a destination back, however long, and charges none',
  async (verdict, facts) => {
    const house = await makeHouse({ maxRetries: 1 });
    house.store.faults.add({ on: {}, when: 'before', failure: storeFailure(verdict, 'X', facts), times: 60 });
    await house.runner.enqueue(await house.files(5));
    await house.untilIdle();
    expect(house.ended('uploaded')).toHaveLength(5);
    expect((await house.table().readAll()).map(({ retryCount }) => retryCount)).toEqual([0, 0, 0, 0, 0]);
    const held = house.events.filter(({ kind }) => kind === 'held');
    // One probe at a time after the first refusals, which came together.
    expect(held.length).toBeGreaterThan(40);
    expect(house.events.some(({ kind }) => kind === 'open')).toBe(true);
  },
);

test('a fault on the way is tried again until the attempts are used up', async () => {
  const house = await makeHouse({ maxRetries: 2 });
  const fault = (times: number, key: string): StoreFault => ({
    ...{ on: { key }, when: 'before', times },
    failure: storeFailure('retry'),
  });
  house.store.faults.add(fault(2, 'in/f0'));
  house.store.faults.add(fault(9, 'in/f1'));
  await house.runner.enqueue(await house.files(3));
  await house.untilIdle();
  expect(house.ended('uploaded').toSorted()).toEqual(['f0', 'f2']);
  expect(house.ended('failed')).toEqual(['f1']);
  expect(await house.table().read('f1')).toMatchObject({ status: 'failed', retryCount: 2, retryable: true });
});

test('a foreign object is not overwritten, and the others go on', async () => {
  const house = await makeHouse();
  await house.store.putObject({
    key: 'in/f1',
    body: Buffer.from('mine'),
    contentType: 'a/b',
    metadata: { x: 'y' },
  });
  await house.runner.enqueue(await house.files(3));
  await house.untilIdle();
  expect(house.ended('failed')).toEqual(['f1']);
  expect(house.content('in/f1')).toBe('mine');
  expect(house.ended('uploaded').toSorted()).toEqual(['f0', 'f2']);
});

test('keys that nothing accepts block the destination, and no file counts as failed', async () => {
  const house = await makeHouse();
  const problem = { code: 'InvalidAccessKeyId', facts: { kind: 'access-key-unknown' } } as const;
  const refusal = new StoreFailure({ verdict: 'needs-user', problem, httpStatus: 403 });
  house.store.faults.add({ on: {}, when: 'before', failure: refusal, times: 20 });
  await house.runner.enqueue(await house.files(50));
  await house.untilIdle();
  expect(house.events.filter(({ kind }) => kind === 'blocked')).toMatchObject([
    { destinationId: D, problem: { code: 'InvalidAccessKeyId' } },
  ]);
  await eventually(() => expect(house.running.size).toBe(0));
  expect(house.ended('failed')).toEqual([]);
  expect(house.store.calls.length).toBeLessThan(10);
  house.store.faults.clear();
  house.runner.unblock(D);
  await eventually(() => expect(house.ended('uploaded')).toHaveLength(50));
});

test('pause stops what runs and resume goes on with it', async () => {
  const house = await makeHouse({ parallel: 2 });
  house.store.faults.add({ on: { operation: 'putObject' }, when: 'hang', times: 2 });
  await house.runner.enqueue(await house.files(6));
  await eventually(() => expect(house.calls('putObject')).toBe(2));
  await house.runner.pause();
  expect(house.running.size).toBe(0);
  expect(house.ended('uploaded')).toEqual([]);
  house.runner.resume();
  await house.untilIdle();
  expect(house.ended('uploaded')).toHaveLength(6);
});

test('a large file goes on from its parts after a stop and a restart', async () => {
  const house = await makeHouse();
  const content = Buffer.alloc(12 * MIB, 7);
  house.store.faults.add({ on: { operation: 'uploadPart', partNumber: 3 }, when: 'hang' });
  await house.runner.enqueue([await house.file('large', content)]);
  await eventually(() => expect(house.calls('uploadPart')).toBe(3));
  await eventually(async () => {
    house.clock.advance(1000);
    expect((await house.table().read('large'))?.multipart?.parts).toHaveLength(2);
  });
  await house.close();
  house.open();
  expect(await house.table().counts()).toMatchObject({ pending: 1, uploading: 0 });
  house.runner.begin(D);
  await house.untilIdle();
  expect(house.calls('createMultipartUpload')).toBe(1);
  expect(house.calls('uploadPart')).toBe(4);
  expect(content.equals(house.store.objects.get('in/large')!.body)).toBe(true);
  expect(house.store.uploads.size).toBe(0);
});

test('a file that is asked for again while it is uploaded begins again afterwards', async () => {
  const house = await makeHouse();
  const { promise, resolve } = Promise.withResolvers<void>();
  house.store.faults.add({ on: { operation: 'putObject' }, when: 'hang', release: promise });
  await house.runner.enqueue([await house.file('a', 'first')]);
  await eventually(() => expect(house.calls('putObject')).toBe(1));
  await house.runner.enqueue([await house.file('a', 'second')]);
  resolve();
  await house.untilIdle();
  await eventually(() => expect(house.content('in/a')).toBe('second'));
  expect(house.doubleRuns).toBe(0);
});

test('files that are asked for again and again while they are claimed run once at a time', async () => {
  const house = await makeHouse();
  house.readTurns = 3;
  const files = await house.files(40);
  await Promise.all(Array.from({ length: 30 }, () => house.runner.enqueue(files)));
  for (let again = 0; again < 30; again += 1) {
    void house.runner.enqueue(files.slice(again % 10));
    await turnOfLoop();
  }
  await house.untilIdle();
  await eventually(async () => expect(await house.table().counts()).toMatchObject({ done: 40, pending: 0 }));
  expect(house.doubleRuns).toBe(0);
  // Each further run found the file in the bucket.
  expect(house.calls('putObject')).toBe(40);
});

test('a state that cannot be recorded stops its destination instead of sending without end', async () => {
  const house = await makeHouse();
  await house.runner.enqueue(await house.files(20));
  house.savesFail = true;
  await house.untilIdle();
  expect(house.events.filter(({ kind }) => kind === 'blocked')).toMatchObject([
    { problem: { code: 'ENOSPC' } },
  ]);
  await eventually(() => expect(house.running.size).toBe(0));
  expect(house.ended('uploaded')).toEqual([]);
  expect(house.store.calls.length).toBeLessThan(6);
  house.savesFail = false;
  house.runner.unblock(D);
  await eventually(() => expect(house.ended('uploaded').length + house.ended('unchanged').length).toBe(20));
});

test('whatever goes wrong on the way, every file arrives whole, and no job runs twice at once', async () => {
  const verdict = fc.constantFrom('unreachable', 'retry', 'throttle', 'gone', 'corrupt' as const);
  const fault = fc.record({
    file: fc.nat(5),
    when: fc.constantFrom('before', 'after' as const),
    verdict,
    times: fc.integer({ min: 1, max: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(fault, { maxLength: 8 }), fc.nat(2), async (faults, restarts) => {
      const house = new House(await makeTempDir(), { parallel: 2, maxRetries: 50 });
      try {
        for (const { file, when, verdict: what, times } of faults) {
          const failure = storeFailure(what === 'corrupt' ? 'retry' : what);
          house.store.faults.add({ on: { key: `in/f${file}` }, when, failure, times });
        }
        const files = await house.files(6);
        for (let restart = 0; restart < restarts; restart += 1) {
          await house.runner.enqueue(files);
          await eventually(() => expect(house.store.calls.length).toBeGreaterThan(restart), 1);
          await house.close();
          house.open();
        }
        await house.runner.enqueue(files);
        await house.untilIdle();
        expect(await house.table().counts()).toMatchObject({ done: 6 });
        for (let at = 0; at < 6; at += 1) expect(house.content(`in/f${at}`)).toBe(`content ${at}`);
        expect(house.doubleRuns).toBe(0);
        expect(house.mostRunning).toBeLessThanOrEqual(2);
      } finally {
        await house.close();
      }
    }),
    { numRuns: 25 },
  );
});

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { UploadTarget } from '../../src/upload/job';
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
import { capabilityMap, countingRandom, KEEPS_CRC32, makeTempDir, testConfig } from '../main/upload/support';

export const D = 'destination';

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
    'leftBehind',
    'close',
  ] as const;
  return Object.fromEntries(names.map((name) => [name, table[name].bind(table)])) as JobTable;
}

export const turnOfLoop = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Turns of the event loop in which something that is under way shows. */
const MOST_TURNS = 12;

/** A runner over a table in SQLite and a bucket in memory. */
export class House {
  readonly clock = new FakeClock();
  store = new MemoryObjectStore();
  readonly capabilities = capabilityMap(KEEPS_CRC32);
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
  /** Ends of uploads are written once it resolves. */
  savesWait: Promise<void> | undefined;
  readTurns = 0;
  private opened!: JobTable;

  table(): JobTable {
    return this.opened;
  }

  open(): void {
    const { clock, log, capabilities } = this;
    const context = { clock, onQuarantine: () => undefined, onUnreadable: () => undefined };
    const table = openSqliteJobStore(path.join(this.dir, 'jobs.sqlite'), context);
    const stores = new StorePool(() => {
      this.storesMade += 1;
      return this.store;
    }, clock);
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
        save: async (state) => {
          await this.savesWait;
          return this.savesFail ? Promise.reject(full) : table.save(state);
        },
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
    let seen = -1;
    let stillFor = 0;
    await eventually(() => {
      const now = this.events.length + this.store.calls.length;
      stillFor = now === seen && this.running.size === 0 ? stillFor + 1 : 0;
      seen = now;
      const waitMs = this.clock.untilNextTimer();
      // The store commits after some turns of the event loop.
      if (!isIdle() && stillFor >= MOST_TURNS && waitMs !== null) this.clock.advance(waitMs);
      expect(isIdle()).toBe(true);
    }, 1);
  }

  ended(how: string): string[] {
    return this.events.flatMap((event) =>
      event.kind === 'ended' && event.how === how ? [event.state.jobId] : [],
    );
  }

  /** How many jobs of each status there are. */
  async statuses(): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { status } of await this.opened.readAll()) counts[status] = (counts[status] ?? 0) + 1;
    return counts;
  }

  calls(operation: string): number {
    return this.store.calls.filter((call) => call.operation === operation).length;
  }

  content(key: string): string | undefined {
    const object = this.store.objects.get(key);
    return object && Buffer.from(object.body).toString();
  }
}

export async function makeHouse(options?: Partial<JobRunnerParts>): Promise<House> {
  const house = new House(await makeTempDir(), options);
  onTestFinished(() => house.close());
  return house;
}

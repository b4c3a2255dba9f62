import { randomFillSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { Capabilities, Findings } from '../../../src/upload/objectStore/capabilities';
import type { CapabilityMemory } from '../../../src/upload/destination/capabilityMemory';
import { newJobState } from '../../../src/upload/queue/queueState';
import { sessionTarget } from '../../../src/main/upload/sessionTarget';
import { UploadService, type UploadJob } from '../../../src/main/uploadService';
import { FakeClock } from '../../fakes/FakeClock';
import { MemoryObjectStore } from '../../fakes/MemoryObjectStore';
import type { Bandwidth, ObjectStore, ObjectStoreError } from '../../../src/upload/objectStore/objectStore';
import type { Logger, Random } from '../../../src/shared/runtime';
import { abandonGeneration } from '../../../src/upload/transfer/generation';
import type { PendingAbort, UploadConfig, JobState } from '../../../src/shared/upload';

export const MIB = 1024 * 1024;
export const SESSION = '20260131-142530-9f3a';
export const KEY = `sessions/${SESSION}/${SESSION}.zip`;

export const testConfig: UploadConfig = {
  bucket: 'recordings',
  region: 'eu-central-1',
  keyPrefix: 'sessions/',
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'a-secret-that-must-not-leak-1234',
  maxRetries: 3,
  partSizeBytes: 5 * MIB,
};

export const quietLog: Logger = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Predictable, and never the same twice. */
export function countingRandom(): Random {
  let last = 0;
  const next = () => (last += 1).toString(16);
  return {
    uuid: () => `00000000-0000-4000-8000-${next().padStart(12, '0')}`,
    hex: (digits) => next().padStart(digits, '0'),
  };
}

export function capabilityMap(known: Findings | null): CapabilityMemory {
  let remembered: Findings | null = known;
  return {
    recall: async () => remembered,
    remember: async (_config, capabilities) => void (remembered = capabilities),
  };
}

export const KEEPS_CRC32: Capabilities = {
  checksumAlgorithm: 'CRC32',
  conditionalWrites: true,
  conditionalReplaces: true,
};

/** A folder that is deleted after the test. */
export async function makeTempDir(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'upload-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A file of random bytes named like a bundle. */
export async function makeBundle(folder: string, size: number): Promise<{ file: string; content: Buffer }> {
  const content = randomFillSync(Buffer.alloc(size));
  const file = path.join(folder, `${SESSION}.zip`);
  await writeFile(file, content);
  return { file, content };
}

/** What a kill does: nothing after it happens, on disk or anywhere else. */
export class Killed extends Error {}

/** The one time on a bench. */
export const BENCH_NOW_MS = 42;

/** One upload with its state "on disk": everything that was saved survives in `disk` for the next `run`. */
export class UploadBench {
  disk: JobState = newJobState(SESSION, 0);
  saves = 0;
  readonly service: UploadService;
  readonly clock: FakeClock;

  constructor(
    createStore: (config: UploadConfig) => ObjectStore,
    readonly bundleFile: string,
    readonly config: UploadConfig = testConfig,
    capabilities: Capabilities | CapabilityMemory | null = KEEPS_CRC32,
    rateLimit?: Bandwidth,
    startMs = BENCH_NOW_MS,
  ) {
    this.clock = new FakeClock(startMs);
    this.service = new UploadService({
      createStore,
      rateLimit,
      capabilities: capabilities && 'recall' in capabilities ? capabilities : capabilityMap(capabilities),
      clock: this.clock,
      random: countingRandom(),
      log: quietLog,
    });
  }

  /** @param killAtSave the number of the save before which everything stops; `killAfterSave` the one after which */
  run(
    options: Partial<Pick<UploadJob, 'signal' | 'onProgress' | 'made' | 'target'>> & {
      killAtSave?: number;
      killAfterSave?: number;
      failSavesFrom?: { number: number; error: Error };
    } = {},
  ) {
    const kill = new AbortController();
    let saved = 0;
    const die = () => {
      kill.abort();
      throw new Killed();
    };
    return this.service.uploadFile({
      jobId: SESSION,
      source: this.bundleFile,
      target: options.target ?? sessionTarget(this.config, SESSION, this.bundleFile),
      state: this.disk,
      config: this.config,
      made: options.made,
      signal: options.signal ? AbortSignal.any([options.signal, kill.signal]) : kill.signal,
      onProgress: options.onProgress,
      save: async (patch) => {
        saved += 1;
        this.saves = saved;
        if (saved >= (options.failSavesFrom?.number ?? Infinity)) throw options.failSavesFrom!.error;
        if (kill.signal.aborted || saved === options.killAtSave) die();
        this.disk = JSON.parse(JSON.stringify({ ...this.disk, ...patch })) as JobState;
        if (saved === options.killAfterSave) die();
      },
    });
  }
}

/** What a cancel of this upload has the server abort. */
export function abortsOf({ disk }: Pick<UploadBench, 'disk'>): PendingAbort[] {
  return abandonGeneration(disk).pendingAborts ?? [];
}

/** A bench over a fresh bundle of `size` bytes. */
export async function bench(size: number, store = new MemoryObjectStore({ now: () => BENCH_NOW_MS })) {
  const { file, content } = await makeBundle(await makeTempDir(), size);
  return { store, content, file, bench: new UploadBench(() => store, file) };
}

/** The object at the bundle's key. */
export function stored(store: MemoryObjectStore): Buffer {
  return Buffer.from(store.objects.get(KEY)!.body);
}

/** The failure of an upload that must fail. */
export const failed = (run: Promise<unknown>) =>
  run.then(
    () => expect.unreachable('the upload should have failed'),
    (error: unknown) => error as ObjectStoreError,
  );

import { randomFillSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { eventually } from '../../eventually';
import type { CapabilityMemory } from '../../../src/upload/destination/capabilityMemory';
import { UploadQueue } from '../../../src/main/uploadQueue';
import { UploadService } from '../../../src/main/uploadService';
import { createUploadStateStore } from '../../../src/main/uploadStateStore';
import type { ObjectStore } from '../../../src/upload/objectStore/objectStore';
import type { UploadState } from '../../../src/shared/upload';
import { FakeClock } from '../../fakes/FakeClock';
import { FakeSessions } from '../../fakes/FakeSessions';
import { MemoryObjectStore, type MemoryStoreOptions } from '../../fakes/MemoryObjectStore';
import { storeFailure } from '../../fakes/storeFaults';
import {
  capabilityMap,
  countingRandom,
  Killed,
  makeTempDir,
  MIB,
  quietLog,
  SESSION,
  testConfig,
} from './support';

/** Every call to the disk or the network passes here twice: before it takes effect, and before its answer is seen. */
class KillSwitch {
  steps = 0;
  dead = false;
  constructor(private readonly killAt = Infinity) {}

  async step<T>(run: () => Promise<T>): Promise<T> {
    this.pass();
    const result = await run();
    this.pass();
    return result;
  }

  private pass(): void {
    this.steps += 1;
    if (this.steps >= this.killAt) this.dead = true;
    if (this.dead) throw new Killed();
  }

  /** Only methods that answer with a promise are steps. */
  around<T extends object>(port: T): T {
    return new Proxy(port, {
      get: (target, name) => {
        const member = Reflect.get(target, name) as unknown;
        if (typeof member !== 'function' || name === 'close') return member;
        return (...args: unknown[]) =>
          this.step(async () => (member as (...all: unknown[]) => unknown).apply(target, args));
      },
    });
  }
}

type Kind = { size: number; store?: MemoryStoreOptions; listingDenied?: boolean };

/** What outlives a kill: the folder, and the bucket. */
async function makeWorld({ size, store: options, listingDenied }: Kind) {
  const sessions = new FakeSessions(await makeTempDir());
  const content = randomFillSync(Buffer.alloc(size));
  await sessions.addExported(SESSION, content);
  const store = new MemoryObjectStore({ minPartSizeBytes: 1, ...options });
  const denied = storeFailure('needs-user', 'AccessDenied', { httpStatus: 403 });
  for (const operation of ['listParts', 'listMultipartUploads'] as const)
    if (listingDenied) store.faults.add({ on: { operation }, when: 'before', failure: denied, times: 999 });
  return { sessions, content, store, capabilities: capabilityMap(null) };
}
type World = Awaited<ReturnType<typeof makeWorld>>;

/** One life of the app over that world. */
function live({ sessions, store, capabilities }: World, kill: KillSwitch) {
  const clock = new FakeClock();
  const onQuarantine = () => expect.unreachable('a state was damaged');
  const states = createUploadStateStore({ sessions, clock, onQuarantine, onUnreadable: onQuarantine });
  const service = new UploadService({
    createStore: () => kill.around<ObjectStore>(store),
    capabilities: kill.around<CapabilityMemory>(capabilities),
    clock,
    random: countingRandom(),
    log: quietLog,
  });
  const queue = new UploadQueue({
    states: kill.around(states),
    service,
    loadConfig: async () => ({ ...testConfig, partSizeBytes: MIB }),
    bundleFile: (id) => sessions.bundleFile(id),
    clock,
    log: quietLog,
  });
  const onDisk = () => states.readUploadState(SESSION);
  return { queue, onDisk };
}

/** Starts the app, asks for the upload, and lets it run until it is done or killed. */
async function runUntilEnd(world: World, kill: KillSwitch): Promise<UploadState | null> {
  const { queue, onDisk } = live(world, kill);
  const ended = async () => {
    if (!kill.dead) expect((await onDisk())?.status).toBe('done');
  };
  try {
    const before = await onDisk();
    await queue.settingsChanged('ready', 3);
    await queue.restore();
    if (!before || before.status === 'not_uploaded') await queue.enqueue(SESSION);
    await eventually(ended, 5);
  } catch (error) {
    if (!kill.dead) throw error;
  }
  await queue.close();
  return onDisk();
}

function isWhole({ store, content }: World): boolean {
  const [object, ...others] = [...store.objects.values()];
  return others.length === 0 && object !== undefined && Buffer.from(object.body).equals(content);
}

/** Bytes of parts that were on disk as acknowledged, and that the server has. */
function keptBytes({ store }: World, disk: UploadState | null): number {
  return (disk?.multipart?.parts ?? []).reduce((sum, part) => sum + part.size, 0) * Number(!isDone(store));
}

function isDone(store: MemoryObjectStore): boolean {
  return [...store.objects.keys()].some((key) => key.endsWith('.zip'));
}

test.each<[string, Kind]>([
  ['in one piece', { size: 1000 }],
  ['in parts', { size: 4 * MIB + 1 }],
  ['in parts, to a bucket that keeps no checksums', { size: 3 * MIB, store: { keepsChecksums: false } }],
  ['in parts, where listing is denied', { size: 3 * MIB, listingDenied: true }],
])(
  'a kill at any step of an upload %s costs nothing that was acknowledged and saved',
  async (_how, kind) => {
    const undisturbed = new KillSwitch();
    await runUntilEnd(await makeWorld(kind), undisturbed);
    expect(undisturbed.steps).toBeGreaterThan(20);
    for (let killAt = 1; killAt <= undisturbed.steps; killAt++) {
      const name = `killed at step ${killAt} of ${undisturbed.steps}`;
      const world = await makeWorld(kind);
      const left = await runUntilEnd(world, new KillSwitch(killAt));
      if (left?.status === 'done') expect(isWhole(world), name).toBe(true);
      const kept = isDone(world.store) ? kind.size : keptBytes(world, left);
      const before = world.store.bytesReceived();
      expect((await runUntilEnd(world, new KillSwitch()))?.status, name).toBe('done');
      expect(isWhole(world), name).toBe(true);
      if (!kind.listingDenied) expect(world.store.uploads.size, name).toBe(0);
      expect(world.store.bytesReceived() - before, name).toBeLessThanOrEqual(kind.size - kept);
    }
  },
  120_000,
);

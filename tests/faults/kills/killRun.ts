import type { ChildProcess } from 'node:child_process';
import { expect } from 'vitest';
import path from 'node:path';
import { systemClock } from '../../../src/lib/systemClock';
import { FakeSessions } from '../../fakes/FakeSessions';
import type { Dice } from '../dice';
import { openStates, type StateStoreName } from '../keptStates';
import { SESSION, Run } from '../Run';
import { LANES, MIB, PART_BYTES } from '../scenario';
import type { ServerUnderTest } from '../servers';
import type { Death } from './dyingStates';
import { runEngine } from './runEngine';

/** When one process of the engine is to die: at a write of state, or when it sees fit. */
export type Kill = { death?: Death; arm?: (run: Run, child: ChildProcess) => void };
export type KillFigures = {
  kills: number;
  bytesSent: number;
  bytesResent: number;
  bound: number;
  writes: number;
};

const SIZE_BYTES = 4 * PART_BYTES + MIB;

/**
 * Uploads one bundle by processes that are killed one after the other, and by a last one that is left in peace; then
 * checks what must hold.
 */
export async function uploadUnderKills(
  server: ServerUnderTest,
  stateStore: StateStoreName,
  dice: Dice,
  kills: readonly Kill[],
): Promise<KillFigures> {
  // Slow enough that a part is still on its way when its sender dies: what the system has taken it delivers.
  const link = { sizeBytes: SIZE_BYTES, bytesPerSecond: 24 * MIB };
  const run = await Run.prepare({ name: 'kills', ...link }, server, dice, stateStore);
  try {
    let killed = 0;
    for (const kill of kills) if (await runUntilKilled(run, kill)) killed += 1;
    const last = await runEngine(jobOf(run)).ended;
    if (last.killed) throw new Error('the last process was killed by somebody else');
    expect(last.status).toBe('done');
    const bytesSent = run.proxy.bytes({ key: run.key });
    const bound = SIZE_BYTES + killed * LANES * PART_BYTES;
    await expectWhole(run);
    expect(bytesSent, 'bytes sent').toBeLessThanOrEqual(bound);
    return { kills: killed, bytesSent, bytesResent: bytesSent - SIZE_BYTES, bound, writes: last.writes };
  } finally {
    await run.finish();
  }
}

function jobOf(run: Run, death?: Death) {
  const { stateStore, dir: userDataDir, config } = run;
  return { sessionId: SESSION, stateStore, userDataDir, config, death };
}

/** @returns false when the upload was done before the kill came about */
async function runUntilKilled(run: Run, { death, arm }: Kill): Promise<boolean> {
  const { child, ended } = runEngine(jobOf(run, death));
  arm?.(run, child);
  const { killed } = await ended;
  run.proxy.onBytes = undefined;
  const status = await statusOnDisk(run);
  // What the disk says is what the next start believes.
  if (status === 'done') expect(await run.difference(), 'a "done" that was not true').toBeNull();
  return killed;
}

async function statusOnDisk({ dir, stateStore }: Run): Promise<string | null> {
  const broken = (error: unknown) => {
    throw new Error(`a kill left a state that cannot be read: ${String(error)}`);
  };
  const { states, close } = openStates(stateStore, new FakeSessions(path.join(dir, 'sessions')), SESSION, {
    clock: systemClock,
    onQuarantine: ({ cause }) => broken(cause),
    onUnreadable: (_sessionId, error) => broken(error),
  });
  try {
    return (await states.readUploadState(SESSION))?.status ?? null;
  } finally {
    await close();
  }
}

async function expectWhole(run: Run): Promise<void> {
  expect(await statusOnDisk(run), 'the status on disk').toBe('done');
  expect(await run.difference(), 'the object and the bundle').toBeNull();
  expect(await run.eye.keys(), 'objects under the prefix').toEqual([run.key]);
  expect(await run.eye.unfinished(), 'multipart uploads left on the server').toEqual([]);
  expect(await run.bundleIntact(), 'the bundle on disk').toBe(true);
}

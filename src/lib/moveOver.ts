import { randomBytes } from 'node:crypto';
import { linkSync, lstatSync, readdirSync, renameSync, unlinkSync, type BigIntStats } from 'node:fs';
import { link, lstat, readdir, rename, unlink } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../shared/runtime';
import { noteMissing } from './fileSystemLimits';
import { systemClock } from './systemClock';
import { KeyedMutex } from './concurrency';

/*
 * Moves one file over another. A file system that cannot do this in one step needs two: the old file is renamed to
 * `X.old-*`, then the new one gets its name. A crash between the steps leaves no `X`; `bringBack` restores the old
 * file.
 */

/** How to rename files, and the clock for the pauses between attempts. */
export type Mover = { rename(from: string, to: string): Promise<void>; clock: Pick<Clock, 'setTimeout'> };
const systemMover: Mover = { rename, clock: systemClock };

/**
 * On Windows, a virus scanner or an indexer may have the file open for a moment. EEXIST: another thread restored a
 * file.
 */
const MAY_PASS = ['EPERM', 'EBUSY', 'EACCES', 'EEXIST'];
const PAUSES_MS = [20, 80, 200, 500];
const ASIDE = /^\.old-[0-9a-f]{16}$/;

const mutex = new KeyedMutex();
/** Devices known to need two steps; on these, EPERM is not retried. */
const needTwoSteps = new Set<bigint>();

/**
 * Renames a file or folder and replaces a file at `to`. Retries a few times on errors that may pass.
 * @throws the system's error; then `to` is unchanged, or is restored the next time it is read
 */
export function moveOver(from: string, to: string, mover: Mover = systemMover): Promise<void> {
  return mutex.run(to, async () => {
    for (let tries = 0; ; tries += 1) {
      const pauseMs = PAUSES_MS[tries];
      try {
        await moveOnce(from, to, mover, pauseMs === undefined);
        // The new file is in place: remove an old copy that a failed attempt left aside.
        if (tries > 0) await dropAsides(to);
        return;
      } catch (error) {
        if (pauseMs === undefined || !MAY_PASS.includes(codeOf(error))) throw error;
        await new Promise<void>((resolve) => mover.clock.setTimeout(resolve, pauseMs));
      }
    }
  });
}

/**
 * Restores a missing file from the newest `X.old-*` that a crash left.
 * @returns whether the file exists now
 * @throws the system's error if the file cannot be restored
 */
export function bringBack(file: string): Promise<boolean> {
  return mutex.run(file, async () => {
    if ((await statsOf(file)) !== null) return true;
    const old: Aside[] = [];
    for (const aside of await asidesOf(file)) old.push([aside, await statsOf(aside)]);
    const newest = newestOf(old);
    return newest !== null && (await putBack(newest, file, rename));
  });
}

/** Blocking version of `bringBack`. */
export function bringBackSync(file: string): boolean {
  const folder = path.dirname(file);
  const old = asideNames(readdirSync(folder), file).map((name): Aside => {
    const aside = path.join(folder, name);
    return [aside, lstatSync(aside, { bigint: true, throwIfNoEntry: false }) ?? null];
  });
  const newest = newestOf(old);
  if (newest === null) return false;
  try {
    linkSync(newest, file);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') renameSync(newest, file);
    return true;
  }
  unlinkSync(newest);
  return true;
}

/** The files that a crash left only as `X.old-*`, given all names in a folder. */
export function missingTargets(names: readonly string[]): string[] {
  const present = new Set(names);
  const targets = names.flatMap((name) => {
    const at = name.lastIndexOf('.old-');
    return at > 0 && ASIDE.test(name.slice(at)) ? name.slice(0, at) : [];
  });
  return [...new Set(targets)].filter((target) => !present.has(target));
}

/** The older copies of a file that a crash left. */
export async function asidesOf(file: string): Promise<string[]> {
  const folder = path.dirname(file);
  try {
    return asideNames(await readdir(folder), file).map((name) => path.join(folder, name));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

async function moveOnce(from: string, to: string, { rename }: Mover, isLast: boolean): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    const device = await deviceToReplaceOn(from, to);
    if (device === null) throw error;
    const code = codeOf(error);
    if (code !== 'EEXIST' && !(code === 'EPERM' && (isLast || needTwoSteps.has(device)))) throw error;
    await moveInTwoSteps(from, to, rename);
    // Windows also returns EPERM for a file that is read-only or open elsewhere.
    if (code === 'EPERM' && process.platform === 'win32') return;
    needTwoSteps.add(device);
    noteMissing('replace', error);
  }
}

/** The device of `to`; null unless both are regular files, so that one could replace the other. */
async function deviceToReplaceOn(from: string, to: string): Promise<bigint | null> {
  const [source, target] = [await statsOf(from), await statsOf(to)];
  return source?.isFile() && target?.isFile() ? target.dev : null;
}

async function moveInTwoSteps(from: string, to: string, rename: Mover['rename']): Promise<void> {
  const aside = `${to}.old-${randomBytes(8).toString('hex')}`;
  await rename(to, aside);
  try {
    await rename(from, to);
  } catch (cause) {
    // If this fails too, the next read restores the file.
    await putBack(aside, to, rename).catch(() => undefined);
    throw cause;
  }
  await dropAsides(to);
}

/** An old copy that cannot be removed does no harm beside the new file. */
async function dropAsides(file: string): Promise<void> {
  for (const aside of await asidesOf(file)) await unlink(aside).catch(() => undefined);
}

/**
 * Never replaces a newer file: a link cannot replace anything, and a file system without links cannot rename over a
 * file.
 */
async function putBack(aside: string, file: string, rename: Mover['rename']): Promise<boolean> {
  try {
    await link(aside, file);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return true;
    if (codeOf(error) === 'ENOENT') return (await statsOf(file)) !== null;
    await rename(aside, file);
    return true;
  }
  await unlink(aside);
  return true;
}

function asideNames(names: readonly string[], file: string): string[] {
  const base = path.basename(file);
  return names.filter((name) => name.startsWith(base) && ASIDE.test(name.slice(base.length)));
}

type Aside = [file: string, stats: BigIntStats | null];

function newestOf(files: readonly Aside[]): string | null {
  let newest: { file: string; mtimeNs: bigint } | null = null;
  for (const [file, stats] of files)
    if (stats?.isFile() && (newest === null || stats.mtimeNs > newest.mtimeNs))
      newest = { file, mtimeNs: stats.mtimeNs };
  return newest?.file ?? null;
}

async function statsOf(file: string): Promise<BigIntStats | null> {
  try {
    return await lstat(file, { bigint: true });
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? '';
}

import { randomBytes } from 'node:crypto';
import { linkSync, lstatSync, readdirSync, renameSync, unlinkSync, type BigIntStats } from 'node:fs';
import { link, lstat, readdir, rename, unlink } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../shared/runtime';
import { noteMissing } from './fileSystemLimits';
import { systemClock } from './systemClock';
import { TurnsByKey } from './turns';

/*
 * Moving one file over another. A file system that cannot do this in one step needs two: the old file steps aside as
 * `X.old-*`, then the new one gets its name. A crash between the steps leaves no `X`; `bringBack` restores the old file.
 */

/** How files are renamed, and the clock for the pauses between tries. */
export type Mover = { rename(from: string, to: string): Promise<void>; clock: Pick<Clock, 'setTimeout'> };
const systemMover: Mover = { rename, clock: systemClock };

/** A virus scanner or an indexer on Windows has a file open for a moment. EEXIST: another thread brought a file back. */
const MAY_PASS = ['EPERM', 'EBUSY', 'EACCES', 'EEXIST'];
const PAUSES_MS = [20, 80, 200, 500];
const ASIDE = /^\.old-[0-9a-f]{16}$/;

const turns = new TurnsByKey();
/** The devices that were seen to need two steps: there EPERM is not waited for. */
const needTwoSteps = new Set<bigint>();

/**
 * Renames a file or folder; a file at `to` is replaced. An error that may pass is tried again a few times.
 * @throws the system's error; then `to` is as it was, or comes back when it is next read
 */
export function moveOver(from: string, to: string, mover: Mover = systemMover): Promise<void> {
  return turns.run(to, async () => {
    for (let tries = 0; ; tries += 1) {
      const pauseMs = PAUSES_MS[tries];
      try {
        await moveOnce(from, to, mover, pauseMs === undefined);
        // The new file stands: an old copy that a failed try left aside is of no use any more.
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
 * @returns whether there is such a file now
 * @throws the system's error where the file cannot be restored
 */
export function bringBack(file: string): Promise<boolean> {
  return turns.run(file, async () => {
    if ((await statsOf(file)) !== null) return true;
    const old: Aside[] = [];
    for (const aside of await asidesOf(file)) old.push([aside, await statsOf(aside)]);
    const newest = newestOf(old);
    return newest !== null && (await putBack(newest, file, rename));
  });
}

/** The same, blocking. */
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

/** Which files a crash left without their name, by all the names in a folder. */
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
    // Windows also answers EPERM for a file that is read-only or open elsewhere.
    if (code === 'EPERM' && process.platform === 'win32') return;
    needTwoSteps.add(device);
    noteMissing('replace', error);
  }
}

/** The device of `to`; null where there are no two regular files, of which one could replace the other. */
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
    // Where this fails too, the next reader brings it back.
    await putBack(aside, to, rename).catch(() => undefined);
    throw cause;
  }
  await dropAsides(to);
}

/** An old copy that cannot be removed does no harm beside the new file. */
async function dropAsides(file: string): Promise<void> {
  for (const aside of await asidesOf(file)) await unlink(aside).catch(() => undefined);
}

/** Never over a newer file: a link cannot replace anything, and a file system without links cannot rename over a file. */
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

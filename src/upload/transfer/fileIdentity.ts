import type { BigIntStats } from 'node:fs';
import { AppFailure } from '../../shared/appError';
import { statsOf } from '../../lib/guardedFiles';
import type { JobState } from '../../shared/upload';

/**
 * A file as the system describes it. Nanoseconds and inode are decimal strings, since JSON has no bigint. `exact` is absent
 * in states of version 1, and `seenAt` (epoch ms) where nothing is recorded.
 */
export type FileIdentity = NonNullable<JobState['file']>;

/** FAT keeps times to two seconds, and tools that copy a data folder may round them likewise. */
const COARSEST_TIME_MS = 2000;

export function identityOf({ size, mtimeNs, ctimeNs, birthtimeNs, ino }: BigIntStats): FileIdentity {
  return {
    size: Number(size),
    mtimeMs: Number(mtimeNs) / 1e6,
    exact: {
      // Node reads the unsigned number as a signed one.
      ino: String(BigInt.asUintN(64, ino)),
      mtimeNs: String(mtimeNs),
      ctimeNs: String(ctimeNs),
      birthtimeNs: String(birthtimeNs),
    },
  };
}

/** Whether both descriptions are of one file that nothing touched in between. */
export function sameFile(a: FileIdentity | undefined, b: FileIdentity): boolean {
  return replacedNothing(a, b) && a?.exact?.ctimeNs === b.exact?.ctimeNs;
}

/** As `sameFile`, but new attributes, names or links (all of which change the ctime) are no difference. */
export function replacedNothing(a: FileIdentity | undefined, b: FileIdentity): boolean {
  if (!a?.exact || !b.exact) return false;
  const { ino, mtimeNs, birthtimeNs } = a.exact;
  const sameTimes = mtimeNs === b.exact.mtimeNs && birthtimeNs === b.exact.birthtimeNs;
  return a.size === b.size && ino === b.exact.ino && sameTimes;
}

/**
 * Whether the file is, without reading it, known to hold what it held when `recorded` was. A file that was modified shortly
 * before, or that is dated in the future, could have been modified once more without another ctime.
 */
export function vouchesFor(recorded: FileIdentity | undefined, now: FileIdentity): boolean {
  if (!recorded?.exact || recorded.seenAt === undefined || !sameFile(recorded, now)) return false;
  return recorded.seenAt - Number(BigInt(recorded.exact.ctimeNs) / 1_000_000n) >= COARSEST_TIME_MS;
}

/** Whether a file looks the same by size and time. Unlike `sameFile` it accepts a copy that kept its time. */
export function sameContent(a: FileIdentity, b: FileIdentity): boolean {
  return a.size === b.size && Math.abs(a.mtimeMs - b.mtimeMs) <= COARSEST_TIME_MS;
}

/** The identity of the file at `file`, or null when it cannot be read. */
export async function identifyFile(file: string): Promise<FileIdentity | null> {
  try {
    const stats = await statsOf(file);
    return stats === null ? null : identityOf(stats);
  } catch (error) {
    if (error instanceof AppFailure) return null; // a link, a pipe or the like
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return null;
    throw error;
  }
}

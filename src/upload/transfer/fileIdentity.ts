import type { BigIntStats } from 'node:fs';
import { AppFailure } from '../../shared/appError';
import { statsOf } from '../../lib/guardedFiles';
import type { JobState } from '../../shared/upload';

/**
 * A file's stats. Nanoseconds and inode are decimal strings, because JSON has no bigint. `exact` is absent in states of
 * version 1, and `seenAt` (epoch ms) if it was not recorded.
 */
export type FileIdentity = NonNullable<JobState['file']>;

/** FAT rounds times to two seconds, and tools that copy a data folder may do the same. */
const COARSEST_TIME_MS = 2000;

export function identityOf({ size, mtimeNs, ctimeNs, birthtimeNs, ino }: BigIntStats): FileIdentity {
  return {
    size: Number(size),
    mtimeMs: Number(mtimeNs) / 1e6,
    exact: {
      // Node reads the unsigned number as signed.
      ino: String(BigInt.asUintN(64, ino)),
      mtimeNs: String(mtimeNs),
      ctimeNs: String(ctimeNs),
      birthtimeNs: String(birthtimeNs),
    },
  };
}

/** Whether both describe the same file, unchanged in between. */
export function sameFile(a: FileIdentity | undefined, b: FileIdentity): boolean {
  return replacedNothing(a, b) && a?.exact?.ctimeNs === b.exact?.ctimeNs;
}

/** Like `sameFile`, but ignores new attributes, names or links (all of which change the ctime). */
export function replacedNothing(a: FileIdentity | undefined, b: FileIdentity): boolean {
  if (!a?.exact || !b.exact) return false;
  const { ino, mtimeNs, birthtimeNs } = a.exact;
  const sameTimes = mtimeNs === b.exact.mtimeNs && birthtimeNs === b.exact.birthtimeNs;
  return a.size === b.size && ino === b.exact.ino && sameTimes;
}

/**
 * Whether the file certainly has the same content as when `recorded` was taken, without reading it. A file modified
 * shortly before that, or with a future date, could change again without a new ctime.
 */
export function vouchesFor(recorded: FileIdentity | undefined, now: FileIdentity): boolean {
  if (!recorded?.exact || recorded.seenAt === undefined || !sameFile(recorded, now)) return false;
  return recorded.seenAt - Number(BigInt(recorded.exact.ctimeNs) / 1_000_000n) >= COARSEST_TIME_MS;
}

/** Whether a file looks the same by size and time. Unlike `sameFile`, accepts a copy that kept its time. */
export function sameContent(a: FileIdentity, b: FileIdentity): boolean {
  return a.size === b.size && Math.abs(a.mtimeMs - b.mtimeMs) <= COARSEST_TIME_MS;
}

/** The identity of a file, or null if it cannot be read. */
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

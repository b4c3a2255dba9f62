import type { BigIntStats } from 'node:fs';
import path from 'node:path';
import { AppFailure } from '../shared/appError';
import { describeNotAFile, type FoundKind } from '../shared/text/diskErrors';

/* Checks before using a file or folder that other programs may have put there. */

/** @throws AppFailure `NotAFile` if the real path of a folder differs, which means that a link leads elsewhere */
export function requireSamePath(folder: string, real: string): void {
  if (real !== path.resolve(folder)) throw notAFile(folder, 'folder', 'link');
}

export function requireFolder(folder: string, stats: BigIntStats): void {
  if (!stats.isDirectory()) throw notAFile(folder, 'folder', kindOf(stats));
}

export function requireRegular(file: string, stats: BigIntStats): void {
  if (!stats.isFile()) throw notAFile(file, 'file', kindOf(stats));
}

/** @throws AppFailure `NotAFile` if the opened file is not the one that was found */
export function requireSameFile(file: string, found: BigIntStats, opened: BigIntStats): void {
  requireRegular(file, opened);
  if (found.dev !== opened.dev || found.ino !== opened.ino) throw notAFile(file, 'file', 'replaced');
}

/** The kind of entry on the disk. */
export function kindOf(stats: BigIntStats): FoundKind {
  if (stats.isSymbolicLink()) return 'link';
  if (stats.isDirectory()) return 'folder';
  if (stats.isFIFO()) return 'pipe';
  if (stats.isSocket()) return 'socket';
  return stats.isFile() ? 'file' : 'device';
}

function notAFile(name: string, wanted: 'file' | 'folder', found: FoundKind): AppFailure {
  return new AppFailure(describeNotAFile(path.basename(name), wanted, found, name));
}

import type { BigIntStats } from 'node:fs';
import path from 'node:path';
import { AppFailure } from '../shared/appError';
import { describeNotAFile, type FoundKind } from '../shared/text/storageErrors';

/* What must hold before a file or folder is used that anybody may have put there. */

/** @throws AppFailure `NotAFile` where the real path of a folder is another one, so a link leads away */
export function requireSamePath(folder: string, real: string): void {
  if (real !== path.resolve(folder)) throw notAFile(folder, 'folder', 'link');
}

export function requireFolder(folder: string, stats: BigIntStats): void {
  if (!stats.isDirectory()) throw notAFile(folder, 'folder', kindOf(stats));
}

export function requireRegular(file: string, stats: BigIntStats): void {
  if (!stats.isFile()) throw notAFile(file, 'file', kindOf(stats));
}

/** @throws AppFailure `NotAFile` where another file was opened than was found */
export function requireSameFile(file: string, found: BigIntStats, opened: BigIntStats): void {
  requireRegular(file, opened);
  if (found.dev !== opened.dev || found.ino !== opened.ino) throw notAFile(file, 'file', 'replaced');
}

/** What has a name on the disk. */
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

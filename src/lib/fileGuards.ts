import type { BigIntStats } from 'node:fs';
import path from 'node:path';
import { AppFailure } from '../shared/appError';

/* What must hold before a file or folder is used that anybody may have put there. */

/** Something lies where a regular file of ours, or a folder of ours, should. */
export const NOT_A_FILE = 'NotAFile';

/** @throws AppFailure `NotAFile` where the real path of a folder is another one, so a link leads away */
export function requireSamePath(folder: string, real: string): void {
  if (real !== path.resolve(folder)) throw notAFile(folder, 'folder', LINK);
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
  if (found.dev !== opened.dev || found.ino !== opened.ino)
    throw notAFile(file, 'file', 'being replaced while it is opened');
}

const LINK = 'a link to another place';
const linkAction =
  'Nothing was read or changed there. Remove the link, or put what it leads to in its place. Deleting it removes only the link.';

/** What it is, in words: “a link to another place”, “a pipe”. */
export function kindOf(stats: BigIntStats): string {
  if (stats.isSymbolicLink()) return LINK;
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a pipe';
  if (stats.isSocket()) return 'a socket';
  return stats.isFile() ? 'a file' : 'a device';
}

function notAFile(name: string, wanted: 'file' | 'folder', found: string): AppFailure {
  return new AppFailure({
    code: NOT_A_FILE,
    message: `“${path.basename(name)}” should be a ${wanted}, but is ${found}.`,
    action: found === LINK ? linkAction : `Nothing in it was read or changed. Remove it, then try again.`,
    details: name,
  });
}

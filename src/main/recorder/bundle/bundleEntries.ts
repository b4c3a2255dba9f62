import path from 'node:path';
import { screenshotFile, segmentFile } from '../../../shared/session';
import { fileSize, filesIn } from '../../../lib/guardedFiles';
import type { SessionPaths } from '../../sessions/sessionPaths';

/** A file of the bundle. `name` is relative to the session's folder, with forward slashes. */
export type BundleEntry = { name: string; file: string; size: number };

/**
 * The files of a session that go into its bundle, in the order of the bundle.
 * @throws AppFailure `NotAFile` if one of them is a link, a pipe or the like
 */
export async function bundleEntries(paths: SessionPaths): Promise<BundleEntry[]> {
  const entries: BundleEntry[] = [];
  for (const file of [paths.header, paths.actions, paths.frames, paths.screenshotsLog]) {
    const size = await fileSize(file);
    if (size !== null) entries.push({ name: path.basename(file), file, size });
  }
  for (const [folder, names] of [
    [paths.videoDir, segmentFile],
    [paths.screenshotsDir, screenshotFile],
  ] as const)
    for (const { name, file, size } of await filesIn(folder, names))
      // The header does not name empty segments and pictures either.
      if (size > 0) entries.push({ name: `${path.basename(folder)}/${name}`, file, size });
  return entries;
}

/** Bytes of all entries together. */
export function totalSize(entries: BundleEntry[]): number {
  return entries.reduce((sum, { size }) => sum + size, 0);
}

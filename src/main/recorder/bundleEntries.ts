import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileExists, fileSize } from '../sessions/jsonLines';
import type { SessionPaths } from '../sessions/sessionPaths';

/** A file that goes into the bundle. `name` is relative to the session's folder, with forward slashes. */
export type BundleEntry = { name: string; file: string; size: number };

/** The files of a session that belong in its bundle, in the order they are written. */
export async function bundleEntries(paths: SessionPaths): Promise<BundleEntry[]> {
  const singles = [paths.header, paths.actions, paths.frames, paths.screenshotsLog];
  const files = [...singles, ...(await filesIn(paths.videoDir)), ...(await filesIn(paths.screenshotsDir))];
  const entries: BundleEntry[] = [];
  for (const file of files) {
    const size = await fileSize(file);
    if (size === null) continue;
    const isSingle = singles.includes(file);
    // A segment or picture that never got a byte; the header does not name it either.
    if (size === 0 && !isSingle) continue;
    const name = isSingle ? path.basename(file) : path.relative(paths.folder, file);
    entries.push({ name: name.split(path.sep).join('/'), file, size });
  }
  return entries;
}

/** Bytes of all entries together. */
export function totalSize(entries: BundleEntry[]): number {
  return entries.reduce((sum, { size }) => sum + size, 0);
}

async function filesIn(folder: string): Promise<string[]> {
  if (!(await fileExists(folder))) return [];
  const names = (await readdir(folder)).filter((name) => /^\d+\.(mp4|webm|jpg)$/.test(name));
  return names.sort().map((name) => path.join(folder, name));
}

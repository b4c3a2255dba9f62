import path from 'node:path';
import { namesIn, removeEmptyFolder, removeFile, statsOfAny, temporaryOf } from '../../lib/guardedFiles';
import type { SessionPaths } from './sessionPaths';

/** The temporary lists of an export that makes a bundle without the missing files. */
export function presentOnlyLists({ presentOnly }: Pick<SessionPaths, 'presentOnly'>) {
  return {
    frames: path.join(presentOnly, NAMES.frames),
    screenshotsLog: path.join(presentOnly, NAMES.screenshotsLog),
  };
}

const NAMES = { frames: 'frames.jsonl', screenshotsLog: 'screenshots.jsonl' };

export function isPresentOnlyList(name: string): boolean {
  return Object.values(NAMES).includes(temporaryOf(name) ?? name);
}

/** Removes the lists that an interrupted export left, and no other file. */
export async function clearPresentOnly({ presentOnly }: Pick<SessionPaths, 'presentOnly'>): Promise<void> {
  const stats = await statsOfAny(presentOnly).catch(() => null);
  if (!stats?.isDirectory()) return;
  for (const name of await namesIn(presentOnly))
    if (isPresentOnlyList(name)) await removeFile(path.join(presentOnly, name));
  await removeEmptyFolder(presentOnly);
}

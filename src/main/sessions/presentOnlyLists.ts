import path from 'node:path';
import { namesIn, removeEmptyFolder, removeFile, statsOfAny, temporaryOf } from '../../lib/guardedFiles';
import type { SessionPaths } from './sessionPaths';

/** The lists that an export keeps aside while it makes a bundle without missing files. */
const LISTS: readonly string[] = ['frames.jsonl', 'screenshots.jsonl'];

export function isPresentOnlyList(name: string): boolean {
  return LISTS.includes(temporaryOf(name) ?? name);
}

/** Removes what an export that was cut off left of them, and nothing else that may lie there. */
export async function clearPresentOnly({ presentOnly }: Pick<SessionPaths, 'presentOnly'>): Promise<void> {
  const stats = await statsOfAny(presentOnly).catch(() => null);
  if (!stats?.isDirectory()) return;
  for (const name of await namesIn(presentOnly))
    if (isPresentOnlyList(name)) await removeFile(path.join(presentOnly, name));
  await removeEmptyFolder(presentOnly);
}

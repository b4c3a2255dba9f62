import { readlink, realpath } from 'node:fs/promises';
import path from 'node:path';
import { fileExists, replaceFile } from './guardedFiles';
import { KeyedMutex } from './concurrency';

const mutex = new KeyedMutex();

/**
 * Replaces a file so that a crash leaves either the old content or the new, never a mix; see `replaceFile`. Writes to
 * one path happen in the order of the calls.
 */
export function writeFileAtomically(file: string, content: string): Promise<void> {
  return mutex.run(file, () => replaceFile(file, (handle) => handle.writeFile(content)));
}

/** Like `writeFileAtomically`, but follows a link, because the user may keep the file elsewhere. */
export function writeBehindLinks(file: string, content: string): Promise<void> {
  // Resolved within the turn: otherwise writes could overtake each other.
  return mutex.run(file, async () => {
    await replaceFile(await behindLinks(file), (handle) => handle.writeFile(content));
  });
}

/** The path of a file behind a link, which need not exist yet. */
export async function behindLinks(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const here = path.join(await realpath(path.dirname(file)), path.basename(file));
    const target = await linkTarget(here);
    // The link is dangling because a crash left the file aside.
    return target !== null && (await fileExists(target)) ? target : here;
  }
}

/** The target of a dangling link; null for anything else. */
async function linkTarget(file: string): Promise<string | null> {
  try {
    const target = path.resolve(path.dirname(file), await readlink(file));
    return path.join(await realpath(path.dirname(target)), path.basename(target));
  } catch {
    return null;
  }
}

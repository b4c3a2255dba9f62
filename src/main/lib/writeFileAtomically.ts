import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { replaceFile } from './guardedFiles';

/** The writes that wait for each other, by file. */
const writes = new Map<string, Promise<void>>();

/**
 * Replaces a file so that a crash at any instant leaves the old content or the new, never a mix; see `replaceFile`. Writes
 * to one path happen in the order of the calls.
 */
export function writeFileAtomically(file: string, content: string): Promise<void> {
  const before = writes.get(file) ?? Promise.resolve();
  const write = before
    .catch(() => undefined)
    .then(() => replaceFile(file, (handle) => handle.writeFile(content)));
  writes.set(file, write);
  const forget = () => void (writes.get(file) === write && writes.delete(file));
  write.then(forget, forget);
  return write;
}

/** Where a file really is, or would be, that the user may keep elsewhere by a link. */
export async function behindLinks(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return path.join(await realpath(path.dirname(file)), path.basename(file));
  }
}

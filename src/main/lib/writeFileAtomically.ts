import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { syncFolder } from './syncFolder';

/**
 * Replaces a file so that a crash at any instant leaves the old content or the new, never a mix:
 * temporary file, fsync, rename (write-file-atomic, which also serialises writers of one path), then fsync of the
 * folder so that the rename itself survives a power cut.
 */
export async function writeFileAtomically(file: string, content: string): Promise<void> {
  await writeFileAtomic(file, content, { mode: 0o600 });
  await syncFolder(path.dirname(file));
}

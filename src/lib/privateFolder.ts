import { chmodSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';

const OTHERS = 0o077;

/**
 * Creates a folder that only its owner can access, whatever the umask; removes others' access to an existing one.
 * @returns why others still have access, if the file system has no such permissions; otherwise null
 */
export function makePrivateFolder(folder: string): string | null {
  makeFoldersSync(folder);
  return keepPrivate(folder, 0o700);
}

/**
 * Creates a folder and its parents. Node's own recursive `mkdir` never ends below /proc, and reports a read-only file
 * system as a missing file.
 * @throws the system's error
 */
export function makeFoldersSync(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  const parent = path.dirname(folder);
  if (parent !== folder) makeFoldersSync(parent);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have created it meanwhile.
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

/**
 * Removes all permissions of other users from a file or folder.
 * @param mode permissions of the owner
 * @returns why that failed; null on success
 */
export function keepPrivate(file: string, mode: 0o600 | 0o700): string | null {
  // Windows has other permissions: files in a user's profile are private.
  if (process.platform === 'win32' || (statSync(file).mode & OTHERS) === 0) return null;
  try {
    chmodSync(file, mode);
    return (statSync(file).mode & OTHERS) === 0 ? null : 'its permissions cannot be changed';
  } catch (error) {
    return String(error);
  }
}

import { chmodSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';

const OTHERS = 0o077;

/**
 * Makes a folder that only its owner can enter, whatever the umask, and closes one that is there already to others.
 * @returns why others can still enter it, where the file system has no such permissions; null when they cannot
 */
export function makePrivateFolder(folder: string): string | null {
  makeFoldersSync(folder);
  return keepPrivate(folder, 0o700);
}

/**
 * Makes a folder with those above it. Node's own recursive `mkdir` never ends below /proc, and calls a read-only file system
 * a missing file.
 * @throws the system's error
 */
export function makeFoldersSync(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  const parent = path.dirname(folder);
  if (parent !== folder) makeFoldersSync(parent);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

/**
 * Takes the permissions of all others from a file or folder.
 * @param mode its owner's permissions
 * @returns why that was not possible; null when it was
 */
export function keepPrivate(file: string, mode: 0o600 | 0o700): string | null {
  // Windows has other permissions: what lies in a person's profile is private there.
  if (process.platform === 'win32' || (statSync(file).mode & OTHERS) === 0) return null;
  try {
    chmodSync(file, mode);
    return (statSync(file).mode & OTHERS) === 0 ? null : 'its permissions cannot be changed';
  } catch (error) {
    return String(error);
  }
}

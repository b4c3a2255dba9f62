import { chmodSync, mkdirSync, statSync } from 'node:fs';

const OTHERS = 0o077;

/**
 * Makes a folder that only its owner can enter, whatever the umask, and closes one that is there already to others.
 * @returns why others can still enter it, where the file system has no such permissions; null when they cannot
 */
export function makePrivateFolder(folder: string): string | null {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return keepPrivate(folder, 0o700);
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

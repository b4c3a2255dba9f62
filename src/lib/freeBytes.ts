import { statfs } from 'node:fs/promises';
import { ifSupported } from './fileSystemLimits';

/**
 * Bytes that may still be written on a folder's disk; Infinity where the file system does not tell. Rejects with the
 * system's error when the folder is not there.
 */
export async function freeBytes(folder: string): Promise<number> {
  let free = Infinity;
  await ifSupported('room', async () => {
    const { bavail, bsize } = await statfs(folder);
    free = bavail * bsize;
  });
  return free;
}

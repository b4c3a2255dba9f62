import { statfs } from 'node:fs/promises';
import { ifSupported } from './fileSystemLimits';

/**
 * Free bytes on a folder's disk; Infinity if the file system does not report them. Rejects with the system's error if
 * the folder does not exist.
 */
export async function freeBytes(folder: string): Promise<number> {
  let free = Infinity;
  await ifSupported('room', async () => {
    const { bavail, bsize } = await statfs(folder);
    free = bavail * bsize;
  });
  return free;
}

import { open } from 'node:fs/promises';
import { ifSupported } from './fileSystemLimits';

/**
 * Flushes creations and renames in a folder to the disk, so that they survive a power cut, if the file system supports
 * it.
 */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder for fsync; NTFS journals such changes itself.
  if (process.platform === 'win32') return;
  await ifSupported('sync', async () => {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
}

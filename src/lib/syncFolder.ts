import { open } from 'node:fs/promises';
import { ifSupported } from './fileSystemLimits';

/** Makes what was created or renamed in a folder survive a power cut, where the file system can do that. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder for fsync; NTFS journals such changes by itself.
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

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { UploadState } from '../../../src/shared/upload';

/** `upload-state.json` as it stands; null while there is none. */
export async function readState(folder: string): Promise<UploadState | null> {
  try {
    return JSON.parse(await readFile(path.join(folder, 'upload-state.json'), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

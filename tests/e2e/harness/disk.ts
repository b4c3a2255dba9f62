import { readdir, readFile } from 'node:fs/promises';
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

/** Files below `folder` (less those below `except`) that hold `text` in clear. */
export async function filesHolding(folder: string, text: string, except: string[]): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const held = await Promise.all(
    files
      .filter((file) => !except.some((dir) => file.startsWith(dir)))
      .map(async (file) => ((await readFile(file)).includes(text) ? [file] : [])),
  );
  return held.flat();
}

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { SessionHeader } from '../../../src/shared/session';
import type { UploadState } from '../../../src/shared/upload';

/** `upload-state.json` as it stands; an empty state while there is none. */
export async function readState(folder: string): Promise<UploadState> {
  return JSON.parse(await readFile(path.join(folder, 'upload-state.json'), 'utf8'));
}

export async function readHeader(folder: string): Promise<SessionHeader> {
  return JSON.parse(await readFile(path.join(folder, 'session.json'), 'utf8'));
}

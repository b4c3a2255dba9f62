import { fileExists } from '../../lib/guardedFiles';
import type { JsonFileContext } from '../../lib/jsonFile';
import type { Logger } from '../../shared/runtime';
import { deleteFolder } from './deleteFolder';
import { idTime } from './sessionAge';
import { hasContent } from './sessionContent';
import { findOthers } from './otherFiles';
import { readHeader } from './ownership';
import type { SessionPaths } from './sessionPaths';

const ORPHAN_AGE_MS = 24 * 60 * 60 * 1000;

export type CleanupInput = {
  /** Sessions with an upload pending, uploading or done. If it rejects, nothing is deleted. */
  claimed: () => Promise<Set<string>>;
  /** Epoch milliseconds. */
  now: number;
};

type Folder = {
  ids(): Promise<string[]>;
  paths(sessionId: string): SessionPaths;
  isBusy(sessionId: string): boolean;
  files: JsonFileContext;
  log: Logger;
};

/**
 * Deletes empty sessions: older than 24 h, not exported, not claimed by an upload, without a video, action, screenshot
 * or bundle, and without files that the app does not make. Keeps every session that it cannot judge.
 * @returns the deleted ids
 */
export async function cleanupOrphans(folder: Folder, { claimed, now }: CleanupInput): Promise<string[]> {
  const kept = await claimed();
  const deleted: string[] = [];
  for (const sessionId of await folder.ids()) {
    if (kept.has(sessionId) || folder.isBusy(sessionId)) continue;
    try {
      if (!(await isOrphan(folder.paths(sessionId), sessionId, folder.files, now))) continue;
      await deleteFolder(folder.paths(sessionId).folder);
      deleted.push(sessionId);
      folder.log.info('empty session deleted', { sessionId });
    } catch (error) {
      folder.log.warn('clean-up left a session alone', { sessionId, error: String(error) });
    }
  }
  return deleted;
}

async function isOrphan(
  paths: SessionPaths,
  sessionId: string,
  files: JsonFileContext,
  now: number,
): Promise<boolean> {
  if (await fileExists(paths.exportedMarker)) return false;
  const header = await readHeader(paths, files);
  const createdAt = header?.createdAt ?? idTime(sessionId);
  if (now - createdAt <= ORPHAN_AGE_MS) return false;
  if ((await findOthers(paths)).count > 0) return false;
  return !(await hasContent(paths));
}

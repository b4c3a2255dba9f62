import path from 'node:path';
import { AppFailure } from '../../shared/appError';
import { fileExists, realFolder } from '../../lib/guardedFiles';

/** The files of a session that a page may load: segments and screenshots, by the names the recorder gives them. */
const MEDIA = /^(\d{8}-\d{6}-[0-9a-f]{4})\/(video\/\d{1,10}\.(?:mp4|webm)|screenshots\/\d{1,10}\.jpg)$/;

/**
 * The file below `sessionsDir` that `{sessionId}/video/…` or `{sessionId}/screenshots/…` names; null for any other
 * name, for a missing file, and for a file reached through a link.
 */
export async function findMediaFile(
  sessionsDir: string,
  name: string,
): Promise<{ sessionId: string; file: string } | null> {
  const [, sessionId, rest] = MEDIA.exec(name) ?? [];
  if (sessionId === undefined || rest === undefined) return null;
  const file = path.join(realFolder(sessionsDir), sessionId, ...rest.split('/'));
  try {
    return (await fileExists(file)) ? { sessionId, file } : null;
  } catch (error) {
    if (error instanceof AppFailure || (error as NodeJS.ErrnoException).code === 'ENOTDIR') return null;
    throw error;
  }
}

import path from 'node:path';
import { AppFailure } from '../../shared/appError';
import { fileExists, realFolder } from '../../lib/guardedFiles';

/** What of a session a page may show: its segments and its screenshots, by the names the recorder gives them. */
const MEDIA = /^(\d{8}-\d{6}-[0-9a-f]{4})\/(video\/\d{1,10}\.(?:mp4|webm)|screenshots\/\d{1,10}\.jpg)$/;

/**
 * The file that `{sessionId}/video/…` or `{sessionId}/screenshots/…` names below `sessionsDir`; null for any other
 * name, for one that is not there, and for one that a link leads somewhere else.
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

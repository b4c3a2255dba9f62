import path from 'node:path';
import { frameSchema, screenshotSchema } from '../../shared/session';
import { fileExists, isThere, makeFolder } from '../../lib/guardedFiles';
import { copyJsonLines } from '../sessions/jsonLines';
import { clearPresentOnly } from '../sessions/presentOnlyLists';
import type { SessionPaths } from '../sessions/sessionPaths';

/**
 * Runs `work` with the paths of a session whose lists of frames and screenshots name nothing that is missing. The
 * session's own lists stay as they are: what is missing may be put back.
 */
export async function withPresentOnly<T>(
  paths: SessionPaths,
  missing: readonly string[],
  work: (paths: SessionPaths) => Promise<T>,
): Promise<T> {
  const folder = paths.presentOnly;
  await clearPresentOnly(paths);
  if (missing.length === 0) return work(paths);
  // Somebody may have put a file of their own there: that stays.
  if (!(await isThere(folder))) await makeFolder(folder);
  const frames = path.join(folder, 'frames.jsonl');
  const screenshotsLog = path.join(folder, 'screenshots.jsonl');
  const gone = new Set(missing);
  try {
    if (await fileExists(paths.frames))
      await copyJsonLines(paths.frames, frames, frameSchema, ({ segment }) => !gone.has(segment));
    if (await fileExists(paths.screenshotsLog))
      await copyJsonLines(
        paths.screenshotsLog,
        screenshotsLog,
        screenshotSchema,
        ({ file }) => !gone.has(file),
      );
    return await work({ ...paths, frames, screenshotsLog });
  } finally {
    await clearPresentOnly(paths);
  }
}

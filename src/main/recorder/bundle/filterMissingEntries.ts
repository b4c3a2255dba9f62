import { frameSchema, screenshotSchema } from '../../../shared/session';
import { fileExists, isThere, makeFolder } from '../../../lib/guardedFiles';
import { copyJsonLines } from '../../sessions/jsonLines';
import { clearPresentOnly, presentOnlyLists } from '../../sessions/presentOnlyLists';
import type { SessionPaths } from '../../sessions/sessionPaths';

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
  const lists = presentOnlyLists(paths);
  const gone = new Set(missing);
  try {
    if (await fileExists(paths.frames))
      await copyJsonLines(paths.frames, lists.frames, frameSchema, ({ segment }) => !gone.has(segment));
    if (await fileExists(paths.screenshotsLog))
      await copyJsonLines(
        paths.screenshotsLog,
        lists.screenshotsLog,
        screenshotSchema,
        ({ file }) => !gone.has(file),
      );
    return await work({ ...paths, ...lists });
  } finally {
    await clearPresentOnly(paths);
  }
}

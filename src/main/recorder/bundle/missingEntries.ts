import { fileExists, isThere, makeFolder } from '../../../lib/guardedFiles';
import { AppFailure, type AppError } from '../../../shared/appError';
import { describeFiles, FILES_MISSING } from '../../../shared/missingFiles';
import { type Frame, frameSchema, screenshotSchema } from '../../../shared/session';
import { without } from '../../../shared/without';
import { copyJsonLines, readJsonLines } from '../../sessions/jsonLines';
import { clearPresentOnly, presentOnlyLists } from '../../sessions/presentOnlyLists';
import type { SessionPaths } from '../../sessions/sessionPaths';

const LISTED = 20;

/**
 * Refuses a bundle without files that were recorded.
 * @param agreed files that the user agreed to do without for an earlier bundle
 * @throws AppFailure `FilesMissing`
 */
export async function assertComplete(
  paths: SessionPaths,
  missing: readonly string[],
  agreed: readonly string[],
): Promise<void> {
  if (without(missing, agreed).length === 0) return;
  throw new AppFailure(filesMissing(missing, await fileExists(paths.bundle)));
}

function filesMissing(missing: readonly string[], hasBundle: boolean): AppError {
  const kept = hasBundle ? ' The bundle made before is kept as it is.' : '';
  const rest = missing.length > LISTED ? `\n… and ${missing.length - LISTED} more` : '';
  return {
    code: FILES_MISSING,
    message: `No bundle was made: this session’s folder lacks ${describeFiles(missing)}.`,
    action: `Put the files back and export again, or export without them.${kept}`,
    details: missing.slice(0, LISTED).join('\n') + rest,
  };
}

/**
 * Runs `work` with filtered copies of the lists of frames and screenshots, without entries for missing files. The
 * session keeps its own lists, because the files may be put back.
 */
export async function filterMissingEntries<T>(
  paths: SessionPaths,
  missing: readonly string[],
  work: (paths: SessionPaths) => Promise<T>,
): Promise<T> {
  const folder = paths.presentOnly;
  await clearPresentOnly(paths);
  if (missing.length === 0) return work(paths);
  // The user may have put files of their own there, which must stay.
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

/** Removes the frames of segments that never got a file because they ended before their encoder emitted anything. */
export async function dropUnrecordedFrames(paths: SessionPaths, segments: readonly string[]): Promise<void> {
  const recorded = new Set(segments);
  const isRecorded = ({ segment }: Frame) => recorded.has(segment);
  if (await every(framesOf(paths), isRecorded)) return;
  await copyJsonLines(paths.frames, paths.frames, frameSchema, isRecorded);
}

function framesOf(paths: SessionPaths): AsyncGenerator<Frame> {
  return readJsonLines(paths.frames, frameSchema, () => undefined);
}

async function every(frames: AsyncIterable<Frame>, is: (frame: Frame) => boolean): Promise<boolean> {
  for await (const frame of frames) if (!is(frame)) return false;
  return true;
}

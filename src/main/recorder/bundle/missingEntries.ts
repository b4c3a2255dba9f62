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
 * Refuses a bundle that would lack what was recorded, but for what an earlier one was made without knowingly.
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
 * Runs `work` with the paths of a session whose lists of frames and screenshots name nothing that is missing. The
 * session's own lists stay as they are: what is missing may be put back.
 */
export async function filterMissingEntries<T>(
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

/**
 * Takes away the lines of frames that were seen and never recorded: a segment that ended before its encoder gave
 * anything has no file in the bundle.
 */
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

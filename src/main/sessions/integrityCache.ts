import { fileExists } from '../../lib/guardedFiles';
import type { JsonFileContext } from '../../lib/jsonFile';
import type { Logger } from '../../shared/runtime';
import { fileStamp } from './fileStamp';
import { findMissing, findMissingBesideBundle } from './missingFiles';
import { readHeader } from './ownership';
import type { SessionPaths } from './sessionPaths';
import { readMetaUnlessNewer } from './summarise';

/**
 * Changes when a recorded file comes or goes, or one of the lists does that name them: eight `stat`, however long the
 * recording is. What an upload notes down changes none of it.
 */
export async function markOfRecorded(paths: SessionPaths): Promise<string> {
  const { header, bundle, videoDir, screenshotsDir, frames, screenshotsLog, actions, actionsLog } = paths;
  const all = [header, bundle, videoDir, screenshotsDir, frames, screenshotsLog, actions, actionsLog];
  return (await Promise.all(all.map(fileStamp))).join(' ');
}

export type AbsentFiles = {
  /** Recorded files that the folder does not hold, relative to it. */
  absent: string[];
  /** What the last bundle was knowingly made without. */
  agreed: readonly string[];
  hasBundle: boolean;
};

/** @param asForExport look as closely as an export does, though a bundle tells what there was */
export async function findAbsent(
  paths: SessionPaths,
  files: JsonFileContext,
  log: Logger,
  asForExport: boolean,
): Promise<AbsentFiles> {
  const header = await readHeader(paths, files);
  const { meta } = await readMetaUnlessNewer(paths, files);
  const hasBundle = await fileExists(paths.bundle);
  const find = hasBundle && !asForExport ? findMissingBesideBundle : findMissing;
  const absent = await find(paths, { header, meta }, log);
  return { absent, agreed: header?.missing ?? [], hasBundle };
}

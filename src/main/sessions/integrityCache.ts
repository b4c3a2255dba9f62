import { fileExists } from '../../lib/guardedFiles';
import type { JsonFileContext } from '../../lib/jsonFile';
import type { Logger } from '../../shared/runtime';
import { fileStamp } from './fileStamp';
import { findMissing, findMissingBesideBundle } from './missingFiles';
import { readHeader } from './ownership';
import type { SessionPaths } from './sessionPaths';
import { readMetaUnlessNewer } from './summarise';

/**
 * Changes when a recorded file, or a list that names the files, is added or removed: eight `stat` calls, regardless of
 * the length of the recording. An upload's own notes do not change it.
 */
export async function markOfRecorded(paths: SessionPaths): Promise<string> {
  const { header, bundle, videoDir, screenshotsDir, frames, screenshotsLog, actions, actionsLog } = paths;
  const all = [header, bundle, videoDir, screenshotsDir, frames, screenshotsLog, actions, actionsLog];
  return (await Promise.all(all.map(fileStamp))).join(' ');
}

export type AbsentFiles = {
  /** Recorded files that the folder lacks, relative to it. */
  absent: string[];
  /** Missing files that the user agreed to leave out of the last bundle. */
  agreed: readonly string[];
  hasBundle: boolean;
};

/** @param asForExport check as thoroughly as an export, even if a bundle lists the files */
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

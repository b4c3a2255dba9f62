import { describeFiles, FILES_MISSING } from '../shared/missingFiles';
import type { SessionListItem } from '../shared/session';
import { isLost } from '../shared/upload';
import { without } from '../shared/without';

type Files = Pick<SessionListItem, 'absentFiles' | 'missingFiles'>;

/** Recorded files that are missing and that the user did not agree to leave out; none before the first check. */
export function lostFiles({ absentFiles = [], missingFiles = [] }: Files): string[] {
  return without(absentFiles, missingFiles);
}

/** Files that the bundle left out and that are in the folder again; none before the first check. */
export function filesBack({ absentFiles, missingFiles = [] }: Files): string[] {
  return absentFiles === undefined ? [] : without(missingFiles, absentFiles);
}

/** Whether the bundle is missing on this computer but, as far as known, in the bucket. */
export function isOnlyInBucket({ problem, uploadStatus, uploaded }: SessionListItem): boolean {
  return problem?.code === 'BundleMissing' && uploadStatus === 'done' && !isLost(uploaded);
}

/** A row's text about recorded files that are or were missing, one line each. */
export function describeMissing(item: SessionListItem, hasGoodBundle: boolean): string[] {
  return [madeWithout(item), lackedByNow(item, hasGoodBundle)].filter((line) => line !== undefined);
}

function madeWithout(item: SessionListItem): string | undefined {
  if (!item.missingFiles) return undefined;
  const made = `The bundle was made without ${describeFiles(item.missingFiles)}`;
  const back = filesBack(item);
  if (back.length === 0) return `${made}: the files were gone.`;
  const which =
    back.length === item.missingFiles.length ? 'They are back' : `${describeFiles(back)} came back`;
  return `${made}. ${which}: export again to have them in it.`;
}

function lackedByNow(item: SessionListItem, hasGoodBundle: boolean): string | undefined {
  const lost = lostFiles(item);
  // The message about the bundle names the files itself.
  if (lost.length === 0 || item.problem?.code === FILES_MISSING) return undefined;
  // The message about the bucket's copy names the files itself, unless the copy is older.
  if (isOnlyInBucket(item) && !item.changedSinceUpload) return undefined;
  const lacks = `This session’s folder lacks ${describeFiles(lost)} by now`;
  return hasGoodBundle ? `${lacks}; the bundle still holds what is missing.` : `${lacks}.`;
}

import { describeFiles, FILES_MISSING } from '../shared/missingFiles';
import type { SessionListItem } from '../shared/session';
import { isLost } from '../shared/upload';
import { without } from '../shared/without';

type Files = Pick<SessionListItem, 'absentFiles' | 'missingFiles'>;

/** Recorded files that are gone from the folder and that nobody agreed to do without; none while nobody looked. */
export function lostFiles({ absentFiles = [], missingFiles = [] }: Files): string[] {
  return without(absentFiles, missingFiles);
}

/** What the bundle was made without and is in the folder again; nothing while nobody looked. */
export function filesBack({ absentFiles, missingFiles = [] }: Files): string[] {
  return absentFiles === undefined ? [] : without(missingFiles, absentFiles);
}

/** Whether the bundle is gone from this computer, and in the bucket as far as is known. */
export function isOnlyInBucket({ problem, uploadStatus, uploaded }: SessionListItem): boolean {
  return problem?.code === 'BundleMissing' && uploadStatus === 'done' && !isLost(uploaded);
}

/** What a row says of recorded files that are, or were, not where they belong: a line each. */
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
  // What is said of the bundle names them itself.
  if (lost.length === 0 || item.problem?.code === FILES_MISSING) return undefined;
  // What is said of the bucket's copy names them itself; of an older one it does not.
  if (isOnlyInBucket(item) && !item.changedSinceUpload) return undefined;
  const lacks = `This session’s folder lacks ${describeFiles(lost)} by now`;
  return hasGoodBundle ? `${lacks}; the bundle still holds what is missing.` : `${lacks}.`;
}

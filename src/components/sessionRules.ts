import type { AppError } from '../shared/appError';
import { describeFiles, FILES_MISSING } from '../shared/missingFiles';
import type { SessionCondition, SessionListItem } from '../shared/session';
import { BUNDLE_GONE } from '../shared/text/fileErrors';
import { isLost, type UploadStatus } from '../shared/upload';
import { formatCount, formatPercent } from './format';
import { filesBack, isOnlyInBucket, lostFiles } from './missingText';

const WORKING: readonly SessionCondition[] = ['recording', 'finalising', 'repairing', 'exporting'];

/** Whether a row is a session, and not another entry with the name or the files of one. */
export function isSession({ condition }: Pick<SessionListItem, 'condition'>): boolean {
  return condition !== 'to-adopt' && condition !== 'not-a-folder';
}

/** An entry with a session's name that is a link. */
export const SESSION_IS_LINK = 'SessionIsLink';

/** The upload button of a row, if any. */
export function uploadButton(
  item: SessionListItem,
): 'upload' | 'upload-again' | 'cancel' | 'retry' | undefined {
  switch (item.uploadStatus) {
    case 'not_uploaded':
      return 'upload';
    case 'pending':
    case 'uploading':
      return 'cancel';
    case 'failed':
      return 'retry';
    case 'done':
      if (item.changedSinceUpload) return 'upload';
      return isLost(item.uploaded) ? 'upload-again' : undefined;
  }
}

/** A bundle that differs from its export. */
export const BUNDLE_DAMAGED = 'BundleDamaged';

/** Failures that other settings would not prevent: the computer or the bundle causes them. */
const NOT_OF_SETTINGS: readonly string[] = [
  BUNDLE_DAMAGED,
  'BundleChanging',
  'BundleMissing',
  'ObjectDamaged',
  'StateNotSaved',
  'ENOSPC',
  'EDQUOT',
  'Internal',
];

/** The ids of the sessions whose uploads failed because of the settings or the destination. */
export function failedForSettings(items: readonly SessionListItem[]): string[] {
  const isOne = ({ uploadStatus, upload }: SessionListItem) =>
    uploadStatus === 'failed' &&
    upload?.reason?.kind !== 'file' &&
    !NOT_OF_SETTINGS.includes(upload?.errorDetail?.code ?? '');
  return items.filter(isOne).map(({ sessionId }) => sessionId);
}

const NO_BUNDLE = `${BUNDLE_GONE.message} ${BUNDLE_GONE.action}`;

/** Whether an exported bundle is missing. */
function hasNoBundle({ problem, isExported, fileSizeBytes }: SessionListItem): boolean {
  return problem?.code === 'BundleMissing' || (isExported && fileSizeBytes === undefined);
}

/** Whether the bundle exists and is as exported. */
export function hasGoodBundle(item: SessionListItem): boolean {
  return item.isExported && !hasNoBundle(item) && item.problem?.code !== BUNDLE_DAMAGED;
}

/** Why "Upload" is disabled; undefined if it is enabled. */
export function whyNotUpload(item: SessionListItem): string | undefined {
  const isMade = !WORKING.includes(item.condition);
  if (isMade && item.problem?.code === BUNDLE_DAMAGED)
    return 'The bundle on this computer is damaged. Export it again first.';
  if (isMade && hasNoBundle(item)) return NO_BUNDLE;
  if (item.isExported && item.condition !== 'exporting') return undefined;
  switch (item.condition) {
    case 'recording':
      return 'Still recording. It can be uploaded once it is stopped.';
    case 'finalising':
    case 'repairing':
    case 'exporting':
      return 'The bundle is still being made.';
    case 'to-adopt':
      return 'Keep this copy as a session first.';
    case 'not-a-folder':
      return 'This is not the folder of a session.';
    case 'damaged':
    case 'interrupted':
    case 'export-failed':
    case 'exported':
      return 'There is no bundle yet. Export it first.';
  }
}

/** Whether a row offers to pause or to resume its upload. */
export function pauseButton({ uploadStatus, upload }: SessionListItem): 'pause' | 'resume' | undefined {
  if (uploadStatus !== 'pending' && uploadStatus !== 'uploading') return undefined;
  return upload?.reason?.kind === 'paused' ? 'resume' : 'pause';
}

/** Why "Resume" is disabled; undefined if it is enabled. An upload without its bundle would only fail. */
export function whyNotResume(item: SessionListItem): string | undefined {
  return !WORKING.includes(item.condition) && hasNoBundle(item) ? NO_BUNDLE : undefined;
}

/** The number of sessions that each of the list's buttons would affect. */
export type ListCounts = { uploadable: number; pausable: number; paused: number };

export function countForAll(items: readonly SessionListItem[]): ListCounts {
  const counts = { uploadable: 0, pausable: 0, paused: 0 };
  for (const item of items) {
    const upload = uploadButton(item);
    const pause = pauseButton(item);
    const begins = upload === 'upload' || upload === 'retry';
    // An object in the bucket is replaced only from its own row.
    if (begins && item.uploadStatus !== 'done' && !whyNotUpload(item)) counts.uploadable += 1;
    if (pause === 'pause') counts.pausable += 1;
    if (pause === 'resume' && !whyNotResume(item)) counts.paused += 1;
  }
  return counts;
}

/** The app-wide summary of the uploads: a short text and full sentences. */
export type UploadsTold = {
  tone: 'red' | 'blue';
  glance: string;
  text: string;
  /** The part to announce at once. */
  alarm?: string;
};

/** @returns undefined while no upload is active and none has failed */
export function tellUploads(items: readonly SessionListItem[]): UploadsTold | undefined {
  const count = (...statuses: UploadStatus[]) =>
    items.filter(({ uploadStatus }) => statuses.includes(uploadStatus)).length;
  const [failed, underWay] = [count('failed'), count('pending', 'uploading')];
  const alarm = `${formatCount(failed, 'upload', 'uploads')} failed`;
  const rest = `${formatCount(underWay, 'upload', 'uploads')} not finished yet`;
  if (failed > 0) {
    const text = underWay > 0 ? `${alarm}, ${rest}` : alarm;
    return { tone: 'red', glance: `${atMost99(failed)} failed`, text, alarm };
  }
  return underWay > 0 ? { tone: 'blue', glance: `↑ ${atMost99(underWay)}`, text: rest } : undefined;
}

function atMost99(count: number): string {
  return count > 99 ? '99+' : String(count);
}

/** The export button's label; undefined if an export makes no sense. */
export function exportButton(item: SessionListItem): 'Export' | 'Export again' | undefined {
  if (item.condition === 'interrupted' || item.condition === 'damaged') return 'Export';
  if (item.condition === 'export-failed') return 'Export again';
  const bundleLost = item.uploadStatus === 'failed' && item.upload?.reason?.kind === 'file';
  const wouldHoldMore = filesBack(item).length > 0;
  return item.condition === 'exported' && (bundleLost || wouldHoldMore) ? 'Export again' : undefined;
}

/** Whether a session needs an export before any other command. */
export function needsExport(item: SessionListItem): boolean {
  return uploadButton(item) !== undefined && whyNotUpload(item) !== undefined;
}

/** Why a session cannot be opened in the player; undefined if it can. */
export function whyNotOpen({ condition }: SessionListItem): string | undefined {
  if (condition === 'recording') return 'Still recording. It can be opened once it is stopped.';
  if (condition === 'to-adopt') return 'Keep this copy as a session first.';
  if (condition === 'not-a-folder') return 'This is not the folder of a session.';
  return WORKING.includes(condition) ? 'It is still being worked on.' : undefined;
}

/** The label of the button that makes a copied or renamed folder a session; undefined for every other row. */
export function adoptButton({ condition, problem }: SessionListItem): string | undefined {
  if (condition !== 'to-adopt') return undefined;
  return problem?.code === 'RenamedSession' ? 'Restore its name' : 'Keep as a separate session';
}

/** Why "Delete" is disabled; undefined if it is enabled. */
export function whyNotDelete(item: SessionListItem): string | undefined {
  if (WORKING.includes(item.condition)) return 'It is still being worked on.';
  if (item.uploadStatus === 'pending' || item.uploadStatus === 'uploading') {
    return 'Cancel the upload before deleting.';
  }
  return undefined;
}

/** Problems that need no further text: the export was not attempted, or the bundle was removed or damaged. */
const NOT_TRIED: readonly (string | undefined)[] = [
  'BundleMissing',
  BUNDLE_DAMAGED,
  'NotExported',
  FILES_MISSING,
];

/** One line about the recording, if there is more to say than "exported". */
export function describeCondition(item: SessionListItem): string | undefined {
  // Calls files safe only after a check found them all; missing files have their own line.
  const isWhole = item.absentFiles !== undefined && lostFiles(item).length === 0;
  switch (item.condition) {
    case 'recording':
      return 'Recording now';
    case 'finalising':
      return 'Finishing the recording…';
    case 'repairing':
      return 'Repairing… The recording ended unexpectedly; its bundle is being made.';
    case 'exporting':
      return item.exportProgress === undefined
        ? 'Making the bundle…'
        : `Making the bundle… ${formatPercent(item.exportProgress)}`;
    case 'interrupted':
      return isWhole
        ? 'Interrupted: the recording ended unexpectedly. What was recorded until then is safe; export it to use it.'
        : 'Interrupted: the recording ended unexpectedly.';
    case 'export-failed':
      // It is not known whether the recording is safe.
      if (item.problem?.code === 'RecordingUnreadable') return undefined;
      if (NOT_TRIED.includes(item.problem?.code))
        return item.wasInterrupted
          ? `Interrupted: the recording ended unexpectedly.${isWhole ? ' What was recorded until then is safe.' : ''}`
          : undefined;
      if (item.wasInterrupted)
        return `Interrupted: the recording ended unexpectedly. ${isWhole ? 'It is safe, but its' : 'Its'} bundle could not be made.`;
      return `The bundle could not be made.${isWhole ? ' The recording itself is safe.' : ''}`;
    case 'to-adopt':
    case 'not-a-folder':
      return undefined;
    case 'damaged':
      return 'Damaged: some of its files cannot be read.';
    case 'exported':
      return item.wasInterrupted
        ? 'Interrupted: the recording ended unexpectedly. What was recorded until then is in the bundle.'
        : undefined;
  }
}

/** A row's errors without duplicates. `announced`: the result of the last pressed button. */
export type RowError = { error: AppError; tone: 'error' | 'warning' | 'info'; announced?: boolean };

export function errorsOf(item: SessionListItem, refusal?: AppError): RowError[] {
  const upload = uploadError(item);
  const told: RowError[] = [];
  const problem = problemOf(item);
  // The upload's error includes the problem of the bundle.
  if (problem && !(problem.error.code === 'BundleMissing' && upload?.code === 'BundleMissing'))
    told.push(problem);
  if (item.uploadUnknown) told.push({ error: item.uploadUnknown, tone: 'warning' });
  if (item.uploadClaim) told.push({ error: claims[item.uploadClaim], tone: 'info' });
  // While it is being retried nothing is lost, and the user need not act.
  if (upload) told.push({ error: upload, tone: item.uploadStatus === 'failed' ? 'error' : 'warning' });
  if (!refusal || isOver(item, refusal)) return told;
  const isTold = ({ error }: RowError) =>
    error.code === refusal.code && (OF_FILES.includes(error.code) || error.message === refusal.message);
  if (!told.some(isTold)) return [...told, { error: refusal, tone: 'error', announced: true }];
  return told.map((row) => (isTold(row) ? { ...row, announced: true } : row));
}

/** The code of an upload record that came with the folder. */
export const UPLOAD_CLAIMED = 'UploadClaimed';

const claim = 'This folder came with an upload record that this app did not write.';
const claims: Readonly<Record<NonNullable<SessionListItem['uploadClaim']>, AppError>> = {
  here: {
    code: UPLOAD_CLAIMED,
    message: `${claim} The app has not checked whether the bucket holds the bundle.`,
    action: 'Press Check to ask the bucket.',
  },
  elsewhere: {
    code: UPLOAD_CLAIMED,
    message: `${claim} The record names no bundle at the destination in the settings, so there is nothing to check.`,
    action: 'Press Upload to send the bundle to the destination in the settings.',
  },
};

/** Refusals that depend on the files in a session's folder. The row shows the same while they apply. */
const OF_FILES: readonly string[] = ['BundleMissing', BUNDLE_DAMAGED, FILES_MISSING];

/** Whether the reason for a refusal no longer applies, e.g. the files were put back. */
function isOver(item: SessionListItem, { code }: AppError): boolean {
  if (code === 'BundleMissing') return item.condition === 'exported' && hasGoodBundle(item);
  return OF_FILES.includes(code) && item.problem?.code !== code;
}

function problemOf(item: SessionListItem): RowError | undefined {
  // The row's condition already says that a recording was interrupted; there is no other error.
  if (!item.problem || item.problem.code === 'Interrupted') return undefined;
  if (!isSession(item)) return { error: item.problem, tone: 'warning' };
  return isOnlyInBucket(item) ? onlyInBucket(item) : { error: item.problem, tone: 'error' };
}

/** Mentions the recording only after its files were checked. */
function onlyInBucket(item: SessionListItem): RowError {
  const code = 'BundleOnlyInBucket';
  if (item.changedSinceUpload) {
    const message = 'The bucket holds an older bundle; the one made since is no longer on this computer.';
    const action = 'Export again to rebuild it from the recording, then upload it.';
    return { error: { code, message, action }, tone: 'warning' };
  }
  const message = 'The bundle is in the bucket, but no longer on this computer.';
  const lost = lostFiles(item);
  if (lost.length > 0) {
    const lacks = `This session’s folder lacks ${describeFiles(lost)}, so nothing but the bucket’s copy is whole.`;
    const action = 'Keep that copy. Once the files are back, use Export again to rebuild the bundle.';
    return { error: { code, message: `${message} ${lacks}`, action }, tone: 'warning' };
  }
  if (item.absentFiles === undefined)
    return { error: { code, message, action: 'There is nothing to do.' }, tone: 'info' };
  const rest = item.absentFiles.length > 0 ? 'All else of the recording' : 'The recording itself';
  const action = 'There is nothing to do. Export again rebuilds the bundle from the recording.';
  return { error: { code, message: `${message} ${rest} is here.`, action }, tone: 'info' };
}

/** The upload's error with its action if main gave both; otherwise its last error as a plain sentence. */
function uploadError({ uploadStatus, upload, lastUploadError }: SessionListItem): AppError | undefined {
  if (uploadStatus === 'not_uploaded' || uploadStatus === 'done') return undefined;
  if (upload?.errorDetail) return upload.errorDetail;
  const message = upload?.error ?? lastUploadError;
  return message === undefined ? undefined : { code: 'UploadFailed', message, action: '' };
}

import type { AppError } from '../shared/appError';
import type { SessionCondition, SessionListItem } from '../shared/session';
import { isLost } from '../shared/upload';
import { formatPercent } from './format';

const WORKING: readonly SessionCondition[] = ['recording', 'finalising', 'repairing', 'exporting'];

/** Which of upload's buttons a row shows, if any. */
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

/** A bundle that is not as its export left it. */
export const BUNDLE_DAMAGED = 'BundleDamaged';

/** Whether the bundle itself was taken away, the recording being there. */
function hasNoBundle({ problem }: SessionListItem): boolean {
  return problem?.code === 'BundleMissing';
}

/** Why "Upload" cannot be pressed, or undefined when it can. */
export function whyNotUpload(item: SessionListItem): string | undefined {
  if (item.problem?.code === BUNDLE_DAMAGED)
    return 'The bundle on this computer is damaged. Export it again first.';
  if (hasNoBundle(item)) return 'The bundle is not on this computer any more. Export it again first.';
  if (item.isExported && item.condition !== 'exporting') return undefined;
  switch (item.condition) {
    case 'recording':
      return 'Still recording. It can be uploaded once it is stopped.';
    case 'finalising':
    case 'repairing':
    case 'exporting':
      return 'The bundle is still being made.';
    case 'damaged':
    case 'interrupted':
    case 'export-failed':
    case 'exported':
      return 'There is no bundle yet. Export it first.';
  }
}

/** Whether a row offers to hold its upload up, or to let it go on. */
export function pauseButton({ uploadStatus, upload }: SessionListItem): 'pause' | 'resume' | undefined {
  if (uploadStatus !== 'pending' && uploadStatus !== 'uploading') return undefined;
  return upload?.reason?.kind === 'paused' ? 'resume' : 'pause';
}

/** How many sessions each of the list's own buttons would touch. */
export type ListCounts = { uploadable: number; pausable: number; paused: number };

export function countForAll(items: readonly SessionListItem[]): ListCounts {
  const counts = { uploadable: 0, pausable: 0, paused: 0 };
  for (const item of items) {
    const upload = uploadButton(item);
    const pause = pauseButton(item);
    const begins = upload === 'upload' || upload === 'retry';
    // What stands in the bucket is replaced by a click on its own row only.
    if (begins && item.uploadStatus !== 'done' && !whyNotUpload(item)) counts.uploadable += 1;
    if (pause === 'pause') counts.pausable += 1;
    if (pause === 'resume') counts.paused += 1;
  }
  return counts;
}

/** The export button's words, or undefined where exporting makes no sense. */
export function exportButton(item: SessionListItem): 'Export' | 'Export again' | undefined {
  if (item.condition === 'interrupted' || item.condition === 'damaged') return 'Export';
  if (item.condition === 'export-failed') return 'Export again';
  const bundleLost = item.uploadStatus === 'failed' && item.upload?.reason?.kind === 'file';
  return item.condition === 'exported' && bundleLost ? 'Export again' : undefined;
}

/** Why an export was refused that may be made without what is missing. */
export const FILES_MISSING = 'FilesMissing';

/** Why a session cannot be opened in the player, or undefined when it can. */
export function whyNotOpen({ condition }: SessionListItem): string | undefined {
  if (condition === 'recording') return 'Still recording. It can be opened once it is stopped.';
  return WORKING.includes(condition) ? 'It is still being worked on.' : undefined;
}

/** Why "Delete" cannot be pressed, or undefined when it can. */
export function whyNotDelete(item: SessionListItem): string | undefined {
  if (WORKING.includes(item.condition)) return 'It is still being worked on.';
  if (item.uploadStatus === 'pending' || item.uploadStatus === 'uploading') {
    return 'Cancel the upload before deleting.';
  }
  return undefined;
}

/** Problems of a row whose bundle was not tried to be made, or was taken away or damaged: they tell all there is to tell. */
const NOT_TRIED: readonly (string | undefined)[] = [
  'BundleMissing',
  BUNDLE_DAMAGED,
  'NotExported',
  FILES_MISSING,
];

/** One line on the recording itself, where there is something to say beside "exported". */
export function describeCondition(item: SessionListItem): string | undefined {
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
      return 'Interrupted: the recording ended unexpectedly. What was recorded until then is safe; export it to use it.';
    case 'export-failed':
      // Whether it is safe is just what is in doubt.
      if (item.problem?.code === 'RecordingUnreadable') return undefined;
      if (NOT_TRIED.includes(item.problem?.code))
        return item.wasInterrupted
          ? 'Interrupted: the recording ended unexpectedly. What was recorded until then is safe.'
          : undefined;
      return item.wasInterrupted
        ? 'Interrupted: the recording ended unexpectedly. It is safe, but its bundle could not be made.'
        : 'The bundle could not be made. The recording itself is safe.';
    case 'damaged':
      return 'Damaged: some of its files cannot be read.';
    case 'exported':
      return item.wasInterrupted
        ? 'Interrupted: the recording ended unexpectedly. What was recorded until then is in the bundle.'
        : undefined;
  }
}

/** The errors of a row, none told twice. `announced`: the answer to what was just pressed. */
export type RowError = { error: AppError; tone: 'error' | 'warning' | 'info'; announced?: boolean };

export function errorsOf(item: SessionListItem, refusal?: AppError): RowError[] {
  const upload = uploadError(item);
  const told: RowError[] = [];
  const problem = problemOf(item);
  // The upload's failure says the same of the bundle, and what it came to.
  if (problem && !(hasNoBundle(item) && upload?.code === 'BundleMissing')) told.push(problem);
  // While it is being retried nothing is lost, and nothing is asked of the user.
  if (upload) told.push({ error: upload, tone: item.uploadStatus === 'failed' ? 'error' : 'warning' });
  if (!refusal) return told;
  const isTold = ({ error }: RowError) => error.code === refusal.code && error.message === refusal.message;
  if (!told.some(isTold)) return [...told, { error: refusal, tone: 'error', announced: true }];
  return told.map((row) => (isTold(row) ? { ...row, announced: true } : row));
}

function problemOf(item: SessionListItem): RowError | undefined {
  // That a recording was interrupted, and what to do, is its condition; nothing went wrong beside that.
  if (!item.problem || item.problem.code === 'Interrupted') return undefined;
  const isElsewhere = hasNoBundle(item) && item.uploadStatus === 'done' && !isLost(item.uploaded);
  return isElsewhere ? { error: onlyInBucket, tone: 'info' } : { error: item.problem, tone: 'error' };
}

const onlyInBucket: AppError = {
  code: 'BundleOnlyInBucket',
  message: 'The bundle is in the bucket, and no longer on this computer. The recording itself is here.',
  action: 'Nothing need be done. Export again makes the bundle anew from the recording.',
};

/** The upload's error with its action where main gave both; the plan's plain sentence otherwise. */
function uploadError({ uploadStatus, upload, lastUploadError }: SessionListItem): AppError | undefined {
  if (uploadStatus === 'not_uploaded' || uploadStatus === 'done') return undefined;
  if (upload?.errorDetail) return upload.errorDetail;
  const message = upload?.error ?? lastUploadError;
  return message === undefined ? undefined : { code: 'UploadFailed', message, action: '' };
}

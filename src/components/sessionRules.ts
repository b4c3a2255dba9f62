import type { SessionCondition, SessionListItem } from '../shared/session';
import { formatPercent } from './format';

const WORKING: readonly SessionCondition[] = ['recording', 'finalising', 'repairing', 'exporting'];

/** Which of upload's three buttons a row shows, if any. */
export function uploadButton(item: SessionListItem): 'upload' | 'cancel' | 'retry' | undefined {
  switch (item.uploadStatus) {
    case 'not_uploaded':
      return 'upload';
    case 'pending':
    case 'uploading':
      return 'cancel';
    case 'failed':
      return 'retry';
    case 'done':
      return item.changedSinceUpload ? 'upload' : undefined;
  }
}

/** Why "Upload" cannot be pressed, or undefined when it can. */
export function whyNotUpload(item: SessionListItem): string | undefined {
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
      return 'Interrupted: the recording ended unexpectedly. What was recorded until then is safe.';
    case 'export-failed':
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

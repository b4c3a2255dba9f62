import type { SessionListItem } from '../shared/session';
import type { UploadProgressPayload } from '../shared/upload';

/** Newest first; ids break ties, so that the order never jumps. */
export function sortNewestFirst(items: readonly SessionListItem[]): SessionListItem[] {
  return items.toSorted((a, b) => b.createdAt - a.createdAt || b.sessionId.localeCompare(a.sessionId));
}

/** The list with one upload's news written into its row. Other rows keep their identity. */
export function applyUploadProgress(
  items: readonly SessionListItem[],
  news: UploadProgressPayload,
): SessionListItem[] {
  return items.map((item) => (item.sessionId === news.sessionId ? withUpload(item, news) : item));
}

function withUpload(item: SessionListItem, news: UploadProgressPayload): SessionListItem {
  return {
    ...item,
    uploadStatus: news.status,
    uploadUnknown: undefined,
    uploadClaim: undefined,
    uploadProgress: news.progress,
    lastUploadError: news.error,
    // Whether it is another than what was uploaded is said of what is in the bucket only.
    changedSinceUpload: news.status === 'done' ? item.changedSinceUpload : undefined,
    upload: news,
  };
}

/** The list with one export's progress (0–100) written into its row. */
export function applyExportProgress(
  items: readonly SessionListItem[],
  news: { sessionId: string; progress: number },
): SessionListItem[] {
  return items.map((item) =>
    item.sessionId === news.sessionId
      ? { ...item, condition: 'exporting' as const, exportProgress: news.progress }
      : item,
  );
}

/**
 * Whether news says more than a row can be updated by: an upload that ended or was put back changes what main knows
 * of the session beside the progress (its place in the bucket, its problem). One that was queued or begins does not,
 * and thousands may be queued at once.
 */
export function needsFreshList(items: readonly SessionListItem[], news: UploadProgressPayload): boolean {
  const item = items.find((candidate) => candidate.sessionId === news.sessionId);
  if (item === undefined) return true;
  const isOver = news.status !== 'pending' && news.status !== 'uploading';
  return isOver && item.uploadStatus !== news.status;
}

/** Ids of the sessions that were being exported before and are exported now. */
export function newlyExported(before: readonly SessionListItem[], now: readonly SessionListItem[]): string[] {
  const exporting = new Set(
    before.filter(({ condition }) => condition === 'exporting').map(({ sessionId }) => sessionId),
  );
  return now
    .filter(({ sessionId, condition }) => condition === 'exported' && exporting.has(sessionId))
    .map(({ sessionId }) => sessionId);
}

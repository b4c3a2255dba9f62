import type { SessionListItem } from '../shared/session';
import type { UploadProgressPayload } from '../shared/upload';

/** Newest first; ids break ties, so that the order is stable. */
export function sortNewestFirst(items: readonly SessionListItem[]): SessionListItem[] {
  return items.toSorted((a, b) => b.createdAt - a.createdAt || b.sessionId.localeCompare(a.sessionId));
}

/** Applies one upload's progress to its row. Other rows keep their identity. */
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
    // Only an object in the bucket can differ from the bundle.
    changedSinceUpload: news.status === 'done' ? item.changedSinceUpload : undefined,
    upload: news,
  };
}

/** Applies one export's progress (0–100) to its row. */
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
 * Whether the news needs a new list: an upload that ended or was requeued changes more than its progress (its location
 * in the bucket, its problem). A queued or starting upload does not, and thousands may be queued at once.
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

import type { RecordingSummary, SessionListItem, UploadProgressPayload, UploadState } from '../types';

type KnownUpload = { state: UploadState; payload: UploadProgressPayload };

/** Rows of the list: what is known of the recordings joined with what is known of their uploads. Newest first. */
export function joinRows(
  recordings: readonly RecordingSummary[],
  findUpload: (sessionId: string) => KnownUpload | undefined,
): SessionListItem[] {
  return recordings
    .map((recording) => joinRow(recording, findUpload(recording.sessionId)))
    .toSorted((a, b) => b.createdAt - a.createdAt || (a.sessionId < b.sessionId ? 1 : -1));
}

function joinRow(recording: RecordingSummary, upload: KnownUpload | undefined): SessionListItem {
  if (!upload) return { ...recording, uploadStatus: 'not_uploaded' };
  const { state, payload } = upload;
  return {
    ...recording,
    uploadStatus: state.status,
    uploadProgress: payload.progress,
    lastUploadError: state.lastError,
    upload: payload,
    location: state.status === 'done' ? `s3://${state.bucket}/${state.key}` : undefined,
  };
}

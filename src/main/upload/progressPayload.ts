import type { UploadProgressPayload, UploadState } from '../../shared/upload';
import { serverName } from '../../shared/text/words';
import { hostOf } from '../../upload/objectStore/hostOf';
import { SILENT_AFTER_MS, type LiveView } from '../../upload/queue/liveProgress';

/**
 * The progress sent to the windows. `bytesUploaded` includes bytes in flight and never decreases; `bytesKept` counts
 * bytes in the bucket, which no later run sends again.
 */
export function progressPayload(state: UploadState, live?: LiveView): UploadProgressPayload {
  const moving = state.status === 'uploading';
  const begun = moving || state.status === 'pending';
  const bytesUploaded = Math.max(state.bytesUploaded, begun ? (live?.bytes ?? 0) : 0);
  return {
    sessionId: state.sessionId,
    status: state.status,
    bytesUploaded,
    // The parts of the last second may not be saved yet.
    bytesKept: Math.max(state.bytesUploaded, begun ? (live?.bytesKept ?? 0) : 0),
    totalBytes: state.totalBytes,
    progress: percent(state, bytesUploaded),
    error: state.lastError,
    errorDetail: state.error,
    reason: state.reason,
    retryCount: state.retryCount,
    maxRetries: state.maxRetries,
    bytesPerSecond: moving ? live?.bytesPerSecond : undefined,
    secondsLeft: moving ? live?.secondsLeft : undefined,
    comparedPercent: moving ? live?.comparedPercent : undefined,
    // While the file is being read, no request is open.
    awaits: moving && live?.comparedPercent === undefined ? awaited(state, live) : undefined,
  };
}

/** A saved change of an upload, including its start, counts as a sign of life like a sent byte. */
function awaited(
  { key, endpoint, updatedAt }: UploadState,
  live?: LiveView,
): UploadProgressPayload['awaits'] {
  // The key is saved only after the server's capabilities were probed; before that the server is not confirmed.
  const from = key === undefined ? 'the server' : serverName(hostOf(endpoint));
  const afterMs = Math.max(updatedAt + SILENT_AFTER_MS, live?.silentAtMs ?? 0);
  return { from, afterMs };
}

/** 100 means verified. */
function percent({ status, totalBytes }: UploadState, bytesUploaded: number): number {
  if (status === 'done') return 100;
  if (totalBytes === 0) return 0;
  return Math.min(99, (100 * bytesUploaded) / totalBytes);
}

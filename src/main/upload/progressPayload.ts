import type { UploadProgressPayload, UploadState } from '../../shared/upload';
import { serverName } from '../../shared/text/words';
import { hostOf } from '../../upload/objectStore/hostOf';
import { SILENT_AFTER_MS, type LiveView } from '../../upload/queue/liveProgress';

/**
 * What the windows are told of an upload. `bytesUploaded` counts what is on its way and does not fall; `bytesKept` is what
 * the bucket has and no later run sends again.
 */
export function progressPayload(state: UploadState, live?: LiveView): UploadProgressPayload {
  const moving = state.status === 'uploading';
  const begun = moving || state.status === 'pending';
  const bytesUploaded = Math.max(state.bytesUploaded, begun ? (live?.bytes ?? 0) : 0);
  return {
    sessionId: state.sessionId,
    status: state.status,
    bytesUploaded,
    // The record of the last second's parts may not be written yet.
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
    // While the file is being read, nobody was asked anything.
    awaits: moving && live?.comparedPercent === undefined ? awaited(state, live) : undefined,
  };
}

/** What was recorded of an upload, its beginning included, is a sign of life like a byte. */
function awaited(
  { key, endpoint, updatedAt }: UploadState,
  live?: LiveView,
): UploadProgressPayload['awaits'] {
  // Where it goes is on record once the server was found to be one: what it can do is asked before.
  const from = key === undefined ? 'the server' : serverName(hostOf(endpoint));
  const afterMs = Math.max(updatedAt + SILENT_AFTER_MS, live?.silentAtMs ?? 0);
  return { from, afterMs };
}

/** 100 is reserved for what has been verified. */
function percent({ status, totalBytes }: UploadState, bytesUploaded: number): number {
  if (status === 'done') return 100;
  if (totalBytes === 0) return 0;
  return Math.min(99, (100 * bytesUploaded) / totalBytes);
}

import type { UploadProgressPayload, UploadState } from '../types';
import type { LiveView } from './liveProgress';

/**
 * What the windows are told of an upload. While it is sent, what is on its way counts; once it stops, whatever stopped it,
 * only what the bucket has and no later run sends again.
 */
export function progressPayload(state: UploadState, live?: LiveView): UploadProgressPayload {
  const moving = state.status === 'uploading';
  // The record of the last second's parts may not be written yet.
  const kept = state.status === 'pending' ? live?.bytesKept : undefined;
  const bytesUploaded = Math.max(state.bytesUploaded, (moving ? live?.bytes : kept) ?? 0);
  return {
    sessionId: state.sessionId,
    status: state.status,
    bytesUploaded,
    totalBytes: state.totalBytes,
    progress: percent(state, bytesUploaded),
    error: state.lastError,
    errorDetail: state.error,
    reason: state.reason,
    retryCount: state.retryCount,
    maxRetries: state.maxRetries,
    bytesPerSecond: moving ? live?.bytesPerSecond : undefined,
    secondsLeft: moving ? live?.secondsLeft : undefined,
  };
}

/** 100 is reserved for what has been verified. */
function percent({ status, totalBytes }: UploadState, bytesUploaded: number): number {
  if (status === 'done') return 100;
  if (totalBytes === 0) return 0;
  return Math.min(99, (100 * bytesUploaded) / totalBytes);
}

import type { JobState } from '../../shared/upload';
import { noProblem, type QueueState } from './queueState';

/**
 * Takes up what was on disk when the app ended: an interrupted upload is pending again, a failed one only where
 * another attempt may help and attempts are left. Each keeps its place in the queue.
 */
export function restoreItems(state: QueueState, states: readonly JobState[], now: number): QueueState {
  const restored = states
    .filter((item) => !state.items[item.jobId])
    .map((item) => [item.jobId, restoreItem(item, state.maxRetries, now)] as const);
  return { ...state, items: { ...Object.fromEntries(restored), ...state.items } };
}

function restoreItem(item: JobState, maxRetries: number, now: number): JobState {
  if (!continues(item, maxRetries)) return item;
  const kept = item.reason?.kind === 'throttled' || item.reason?.kind === 'paused';
  const reason = kept ? item.reason : undefined;
  return {
    ...item,
    status: 'pending',
    maxRetries,
    reason,
    retryable: undefined,
    // Its problem was that it was given up.
    ...(item.status === 'failed' ? noProblem : {}),
    enqueuedAt: item.enqueuedAt ?? item.createdAt,
    updatedAt: now,
  };
}

function continues(item: JobState, maxRetries: number): boolean {
  if (item.status === 'pending' || item.status === 'uploading') return true;
  return item.status === 'failed' && item.retryable === true && item.retryCount < maxRetries;
}

import type { JobState } from '../../shared/upload';
import { closeUntil } from './destinationGate';
import { destinationIdOf, itemOf, maxRetriesOf, noProblem, putGate, type QueueState } from './queueState';

/**
 * Restores the states on disk: an interrupted upload is pending again; a failed one is only if a retry may help and
 * attempts are left. Each keeps its place in the queue, and each destination the pause that it asked for.
 */
export function restoreItems(state: QueueState, states: readonly JobState[], now: number): QueueState {
  const restored = states
    .filter((item) => !itemOf(state, item.jobId))
    .map((item) => restoreItem(item, maxRetriesOf(state, item), now));
  const items = { ...Object.fromEntries(restored.map((item) => [item.jobId, item])), ...state.items };
  return closeGates({ ...state, items }, restored, now);
}

/** Closes the gates of destinations whose `items` wait for the end of a pause. */
function closeGates(state: QueueState, items: readonly JobState[], now: number): QueueState {
  const untilMs = new Map<string, number>();
  for (const { status, reason, destinationId } of items) {
    if (status !== 'pending' || reason?.kind !== 'throttled') continue;
    const id = destinationIdOf({ destinationId });
    untilMs.set(id, Math.max(reason.untilMs, untilMs.get(id) ?? reason.untilMs));
  }
  let next = state;
  for (const [id, ms] of untilMs) next = putGate(next, id, (gate) => closeUntil(gate, ms, now));
  return next;
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
    // Its problem was that the retries were used up.
    ...(item.status === 'failed' ? noProblem : {}),
    enqueuedAt: item.enqueuedAt ?? item.createdAt,
    updatedAt: now,
  };
}

function continues(item: JobState, maxRetries: number): boolean {
  if (item.status === 'pending' || item.status === 'uploading') return true;
  return item.status === 'failed' && item.retryable === true && item.retryCount < maxRetries;
}

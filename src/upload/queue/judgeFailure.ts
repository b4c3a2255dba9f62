import type { AppError } from '../../shared/appError';
import { clip, LONGEST } from '../../shared/bounds';
import type { JobState } from '../../shared/upload';
import {
  backoffMs,
  errorFields,
  LONGEST_NETWORK_WAIT_MS,
  LONGEST_THROTTLE_WAIT_MS,
  type QueueFailure,
  type QueueState,
} from './queueState';
import { BUNDLE_DAMAGED, BUNDLE_MISSING } from '../uploadFailures';

const NOT_BY_ITSELF = 'It is not tried again by itself any more: press Retry.';
const TELL_NETWORK_AFTER_MS = 5 * 60_000;

export type Judged = {
  patch: Partial<JobState>;
  patience: number;
  unreachableSinceMs: number | null;
};

/**
 * What a failed run means for its item.
 * Unreachable and throttled charge no attempt: waiting costs nothing, and a lost network must never end an upload.
 */
export function judgeFailure(state: QueueState, item: JobState, failure: QueueFailure, now: number): Judged {
  const waits = state.patience[item.jobId] ?? 0;
  switch (failure.verdict) {
    case 'unreachable': {
      const sinceMs = state.unreachableSinceMs ?? now;
      const untilMs = now + Math.min(backoffMs(waits), LONGEST_NETWORK_WAIT_MS);
      const error = withNetworkAdvice(failure.error, now - sinceMs);
      const patch = { ...waiting(error), reason: { kind: 'network', untilMs, sinceMs } } as const;
      return { patch, patience: waits + 1, unreachableSinceMs: sinceMs };
    }
    case 'throttle': {
      // Zero, or a date that has passed, names no pause: without one of our own this would be asked without end.
      const untilMs = now + Math.min(failure.retryAfterMs || backoffMs(waits), LONGEST_THROTTLE_WAIT_MS);
      const patch = { ...waiting(failure.error), reason: { kind: 'throttled', untilMs } } as const;
      return { patch, patience: waits + 1, unreachableSinceMs: null };
    }
    case 'retry':
    case 'gone':
    case 'cancelled':
      return { patch: chargeAttempt(state, item, failure, now), patience: 0, unreachableSinceMs: null };
    case 'needs-user':
    case 'conflict':
      return { patch: failForUser(failure), patience: 0, unreachableSinceMs: null };
    case 'corrupt':
      return {
        patch: failForUser({ ...failure, error: givenUp(failure) }),
        patience: 0,
        unreachableSinceMs: null,
      };
  }
}

function waiting(error: AppError): Partial<JobState> {
  return { status: 'pending', retryable: undefined, ...errorFields(error) };
}

function chargeAttempt(
  state: QueueState,
  item: JobState,
  failure: QueueFailure,
  now: number,
): Partial<JobState> {
  if (item.retryCount >= state.maxRetries)
    return { status: 'failed', reason: undefined, retryable: true, ...errorFields(givenUp(failure)) };
  const untilMs = now + backoffMs(item.retryCount);
  return { ...waiting(failure.error), retryCount: item.retryCount + 1, reason: { kind: 'backoff', untilMs } };
}

/** What promised that it is tried again by itself promises too much from now on. */
function givenUp({ error, actionAtLast = NOT_BY_ITSELF }: QueueFailure): AppError {
  return { ...error, action: actionAtLast };
}

function failForUser({ error }: QueueFailure): Partial<JobState> {
  const { code } = error;
  const reason =
    code === BUNDLE_MISSING || code === BUNDLE_DAMAGED
      ? ({ kind: 'file' } as const)
      : ({ kind: 'needs-user', code: clip(code, LONGEST.word) } as const);
  return { status: 'failed', reason, retryable: false, ...errorFields(error) };
}

function withNetworkAdvice(error: AppError, unreachableForMs: number): AppError {
  if (unreachableForMs < TELL_NETWORK_AFTER_MS) return error;
  return { ...error, action: `${error.action} (endpoint not reachable: check network or address)` };
}

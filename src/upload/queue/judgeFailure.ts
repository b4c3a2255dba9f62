import { clip, LONGEST } from '../../shared/bounds';
import type { UploadProblem } from '../../shared/problem';
import type { JobState } from '../../shared/upload';
import {
  backoffMs,
  LONGEST_NETWORK_WAIT_MS,
  LONGEST_THROTTLE_WAIT_MS,
  type QueueFailure,
  type QueueState,
} from './queueState';
import { BUNDLE_DAMAGED, BUNDLE_MISSING } from '../uploadFailures';

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
      const problem = { ...failure.problem, unreachableForMs: Math.max(0, now - sinceMs) };
      const patch = { ...waiting(problem), reason: { kind: 'network', untilMs, sinceMs } } as const;
      return { patch, patience: waits + 1, unreachableSinceMs: sinceMs };
    }
    case 'throttle': {
      // Zero, or a date that has passed, names no pause: without one of our own this would be asked without end.
      const untilMs = now + Math.min(failure.retryAfterMs || backoffMs(waits), LONGEST_THROTTLE_WAIT_MS);
      const patch = { ...waiting(failure.problem), reason: { kind: 'throttled', untilMs } } as const;
      return { patch, patience: waits + 1, unreachableSinceMs: null };
    }
    case 'retry':
    case 'gone':
    case 'cancelled':
      return { patch: chargeAttempt(state, item, failure, now), patience: 0, unreachableSinceMs: null };
    case 'needs-user':
    case 'conflict':
      return { patch: failForUser(failure.problem), patience: 0, unreachableSinceMs: null };
    case 'corrupt':
      return { patch: failForUser(givenUp(failure)), patience: 0, unreachableSinceMs: null };
  }
}

function waiting(problem: UploadProblem): Partial<JobState> {
  return { status: 'pending', retryable: undefined, problem };
}

function chargeAttempt(
  state: QueueState,
  item: JobState,
  failure: QueueFailure,
  now: number,
): Partial<JobState> {
  if (item.retryCount >= state.maxRetries)
    return { status: 'failed', reason: undefined, retryable: true, problem: givenUp(failure) };
  const untilMs = now + backoffMs(item.retryCount);
  return {
    ...waiting(failure.problem),
    retryCount: item.retryCount + 1,
    reason: { kind: 'backoff', untilMs },
  };
}

function givenUp({ problem }: QueueFailure): UploadProblem {
  return { ...problem, givenUp: true };
}

function failForUser(problem: UploadProblem): Partial<JobState> {
  const { code } = problem;
  const reason =
    code === BUNDLE_MISSING || code === BUNDLE_DAMAGED
      ? ({ kind: 'file' } as const)
      : ({ kind: 'needs-user', code: clip(code, LONGEST.word) } as const);
  return { status: 'failed', reason, retryable: false, problem };
}

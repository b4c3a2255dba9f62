import { clip, LONGEST } from '../../shared/bounds';
import type { UploadProblem } from '../../shared/problem';
import type { JobState } from '../../shared/upload';
import { backoffMs, gateReason, type DestinationGate } from './destinationGate';
import type { QueueFailure } from './queueState';
import { BUNDLE_DAMAGED, BUNDLE_MISSING } from '../uploadFailures';

/**
 * How a failed run changes its job. Unreachable and throttled charge no attempt: waiting costs nothing, and a lost
 * network must never end an upload.
 * @param gate the destination's gate, already updated with the failure
 */
export function judgeFailure(
  item: JobState,
  failure: QueueFailure,
  { gate, maxRetries, now }: { gate: DestinationGate; maxRetries: number; now: number },
): Partial<JobState> {
  switch (failure.verdict) {
    case 'unreachable':
    case 'throttle':
      return waitForDestination(failure.problem, gate, now);
    case 'retry':
    case 'gone':
    case 'cancelled':
      return chargeAttempt(item, failure, maxRetries, now);
    case 'needs-user':
    case 'conflict':
      return failForUser(failure.problem);
    case 'corrupt':
      return failForUser(givenUp(failure));
  }
}

function waitForDestination(problem: UploadProblem, gate: DestinationGate, now: number): Partial<JobState> {
  const reason = gateReason(gate);
  if (reason?.kind !== 'network') return { ...waiting(problem), reason };
  return { ...waiting({ ...problem, unreachableForMs: Math.max(0, now - reason.sinceMs) }), reason };
}

function waiting(problem: UploadProblem): Partial<JobState> {
  return { status: 'pending', retryable: undefined, problem };
}

function chargeAttempt(
  item: JobState,
  failure: QueueFailure,
  maxRetries: number,
  now: number,
): Partial<JobState> {
  if (item.retryCount >= maxRetries)
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

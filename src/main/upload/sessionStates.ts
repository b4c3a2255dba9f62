import type { AppError } from '../../shared/appError';
import type { UploadProblem } from '../../shared/problem';
import { describeEarlier } from '../../shared/text/sessionUploadErrors';
import { describeUpload } from '../../shared/text/uploadErrors';
import type { JobState, UploadState } from '../../shared/upload';
import { newJobState } from '../../upload/queue/queueState';

/* For the engine a session's upload is a job with the session's id. */

const asSessions = new WeakMap<JobState, UploadState>();

/** The same state with the field names of `upload-state.json`. Returns the same object for the same job. */
export function toSession(job: JobState): UploadState {
  const known = asSessions.get(job);
  if (known) return known;
  const { jobId, problem, ...state } = job;
  const made: UploadState = {
    ...{ version: 2, sessionId: jobId, s3Key: job.key },
    ...state,
    ...(problem && errorFields(problem)),
  };
  asSessions.set(job, made);
  return made;
}

export function toJob(state: UploadState): JobState {
  const { version: _version, sessionId, s3Key: _key, lastError, error, errorFacts, ...kept } = state;
  const told = error ?? (lastError === undefined ? undefined : describeEarlier(lastError));
  return { jobId: sessionId, ...kept, ...(told && { problem: toProblem(told, errorFacts) }) };
}

function errorFields(problem: UploadProblem): Pick<UploadState, 'error' | 'lastError' | 'errorFacts'> {
  const error = describeUpload(problem, 'bundle');
  const { code: _code, details: _details, ...errorFacts } = problem;
  const isInWords = problem.facts.kind === 'told';
  return { error, lastError: error.message, errorFacts: isInWords ? undefined : errorFacts };
}

/** User messages that were saved without facts are passed through unchanged. */
function toProblem(
  { code, message, action, details }: AppError,
  errorFacts: UploadState['errorFacts'],
): UploadProblem {
  return { code, details, ...(errorFacts ?? { facts: { kind: 'told', message, action } }) };
}

/** The state of a session whose upload has not begun. */
export function newUploadState(sessionId: string, now: number): UploadState {
  return toSession(newJobState(sessionId, now));
}

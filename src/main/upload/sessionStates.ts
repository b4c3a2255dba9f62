import type { JobState, UploadState } from '../../shared/upload';
import { newJobState } from '../../upload/queue/queueState';

/* To the engine a session's upload is a job whose id is the session's. */

const asSessions = new WeakMap<JobState, UploadState>();

/** The same state by the names of `upload-state.json`. Equal jobs give the same object. */
export function toSession(job: JobState): UploadState {
  const known = asSessions.get(job);
  if (known) return known;
  const { jobId, ...state } = job;
  const made: UploadState = { version: 2, sessionId: jobId, s3Key: job.key, ...state };
  asSessions.set(job, made);
  return made;
}

export function toJob({ version: _version, sessionId, s3Key: _key, ...state }: UploadState): JobState {
  return { jobId: sessionId, ...state };
}

/** The state of a session whose upload has not begun. */
export function newUploadState(sessionId: string, now: number): UploadState {
  return toSession(newJobState(sessionId, now));
}

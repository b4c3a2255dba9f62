import type { JobState } from '../../shared/upload';

/** Stores the states of jobs. A saved state is on disk once the promise resolves. */
export type JobStore = {
  /** Null if the job has no stored state. @throws if its state exists and cannot be read */
  read(jobId: string): Promise<JobState | null>;
  /** The readable states of all jobs, or of those named, in no particular order. */
  readAll(jobIds?: readonly string[]): Promise<JobState[]>;
  /** Replaces the state of one job. Calls for one job take effect in order. Rejects with the system's error. */
  save(state: JobState): Promise<void>;
};

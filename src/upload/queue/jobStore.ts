import type { JobState } from '../../shared/upload';

/** Keeps the states of jobs. What was saved is on disk once the promise resolves. */
export type JobStore = {
  /**
   * Null where nothing is kept of the job.
   * @throws where its state is kept and cannot be read
   */
  read(jobId: string): Promise<JobState | null>;
  /** The states of all jobs, or of those named, that can be read, in no particular order. */
  readAll(jobIds?: readonly string[]): Promise<JobState[]>;
  /** Replaces the state of one job. Calls for one job take effect in their order. Rejects with the system's error. */
  save(state: JobState): Promise<void>;
};

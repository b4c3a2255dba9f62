import type { JobState } from '../../shared/upload';
import type { Job } from '../job';
import type { JobStore } from './jobStore';

/** A job, the destination it goes to, and its state. `destinationId` means something to the caller only. */
export type TableJob = { job: Job; destinationId: string; state: JobState };

/**
 * Keeps jobs with their states, far more of them than fit into memory. One process uses a table at a time. What was
 * uploading when the table was closed, or when its process died, is pending once it is opened again.
 */
export type JobTable = JobStore & {
  /** Adds jobs at the end of the queue. A known job keeps its place and gets this source, target and state. */
  add(jobs: readonly TableJob[]): Promise<void>;
  /**
   * Claims due jobs of one destination, in order of their time and place: they are `uploading` from now on.
   * @param now epoch milliseconds
   */
  next(most: number, now: number, destinationId: string): Promise<TableJob[]>;
  /** When the first pending job of a destination is due, in epoch milliseconds. Null where none becomes due by itself. */
  nextDueAt(destinationId: string): Promise<number | null>;
  /** Makes claimed jobs pending again, as if they had not been claimed. */
  release(jobIds: readonly string[]): Promise<void>;
  /** Lets every pending job wait until it is added again. */
  shelve(): Promise<void>;
  /**
   * Jobs of a destination that do not become due, while the server may hold a multipart upload of theirs that is unfinished
   * or still has to be aborted.
   */
  leftBehind(destinationId: string): Promise<TableJob[]>;
  /** Forgets a job and its state. */
  remove(jobId: string): Promise<void>;
  /** Writes what is still to be written. */
  close(): Promise<void>;
};

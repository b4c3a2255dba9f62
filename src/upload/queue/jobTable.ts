import type { JobState } from '../../shared/upload';
import type { Job } from '../job';
import type { JobStore } from './jobStore';

/** A job, its destination, and its state. Only the caller interprets `destinationId`. */
export type TableJob = { job: Job; destinationId: string; state: JobState };

/**
 * Stores jobs with their states, far more than fit into memory. One process uses a table at a time. Jobs that were
 * uploading when the table was closed, or when its process died, are pending once it is opened again.
 */
export type JobTable = JobStore & {
  /** Adds jobs at the end of the queue. A known job keeps its place and gets this source, target and state. */
  add(jobs: readonly TableJob[]): Promise<void>;
  /**
   * Claims due jobs of one destination, ordered by time and place, and marks them `uploading`.
   * @param now epoch milliseconds
   */
  next(most: number, now: number, destinationId: string): Promise<TableJob[]>;
  /** When the first pending job of a destination is due, in epoch milliseconds. Null if no job has a due time. */
  nextDueAt(destinationId: string): Promise<number | null>;
  /** Makes claimed jobs pending again, as if they had not been claimed. */
  release(jobIds: readonly string[]): Promise<void>;
  /** Makes every pending job wait until it is added again. */
  shelve(): Promise<void>;
  /**
   * Jobs of a destination that do not become due, but for which the server may hold an unfinished multipart upload, or
   * one still to abort.
   */
  leftBehind(destinationId: string): Promise<TableJob[]>;
  /** Removes a job and its state. */
  remove(jobId: string): Promise<void>;
  /** Writes pending changes. */
  close(): Promise<void>;
};

import type {
  DestinationStatus,
  UploadConfig,
  UploadProgressPayload,
  UploadState,
  UploadStatus,
} from '../shared/upload';
import type { Clock, Logger, Random } from '../shared/runtime';
import { JobQueue, type JobChange } from '../upload/queue/jobQueue';
import { progressPayload } from './upload/progressPayload';
import { sessionJobStore } from './upload/sessionJobStore';
import { toSession } from './upload/sessionStates';
import { sessionTarget } from './upload/sessionTarget';
import type { UploadService } from './uploadService';
import type { UploadStateStore } from './uploadStateStore';

/**
 * A session's upload changed. `from` equals `to` if only the reason or the byte counts changed; byte counts change with
 * each sent slice.
 */
export type QueueChange = { sessionId: string; from: UploadStatus; to: UploadStatus; bytesOnly?: true };

export type UploadQueueParts = {
  states: UploadStateStore;
  service: Pick<UploadService, 'uploadFile' | 'abortUploads'>;
  /** The settings with their secret; null if incomplete. */
  loadConfig(): Promise<UploadConfig | null>;
  bundleFile(sessionId: string): string;
  /** The bundle as exported; absent or null if unknown. */
  madeBundle?(sessionId: string): Promise<{ size?: number; crc32?: number } | null>;
  clock: Clock;
  /** Jitters the retry delays of apps that a server refused at the same time. Absent: no jitter. */
  random?: Pick<Random, 'hex'>;
  log: Logger;
};

/**
 * Uploads sessions one at a time, in the order of their commands: the engine's queue with the app's names. For the
 * engine a session's upload is a job with the session's id.
 */
export class UploadQueue {
  private readonly jobs: JobQueue;

  constructor(parts: UploadQueueParts) {
    this.jobs = new JobQueue({
      ...parts,
      store: sessionJobStore(parts.states),
      sourceOf: (sessionId) => parts.bundleFile(sessionId),
      async describe(sessionId, config) {
        const source = parts.bundleFile(sessionId);
        const made = (await parts.madeBundle?.(sessionId)) ?? undefined;
        return { source, target: sessionTarget(config, sessionId, source), made };
      },
    });
  }

  /** Loads the saved uploads of all sessions, or of those named. Call it after the first `settingsChanged`. */
  restore(sessionIds?: readonly string[]): Promise<void> {
    return this.jobs.restore(sessionIds);
  }

  /**
   * Loads the state of a session that the queue does not know. Call it before any decision about a session.
   * @throws the error that keeps the state from being read
   */
  restoreJob(sessionId: string): Promise<void> {
    return this.jobs.restoreJob(sessionId);
  }

  /** The current position in the order of commands. A command that prepares before it enqueues takes it first. */
  moment(): number {
    return this.jobs.moment();
  }

  /**
   * Resolves when the request is on disk. No-op while the session is pending or uploading, or if its bundle is
   * uploaded.
   */
  enqueue(sessionId: string, askedAt?: number): Promise<void> {
    return this.jobs.enqueue(sessionId, askedAt);
  }

  /**
   * Like `enqueue`, for several sessions in one step and in this order. Skips sessions without a bundle.
   * @throws the reason one of them was not queued, after the others were
   */
  enqueueAll(sessionIds: readonly string[], askedAt?: number): Promise<void> {
    return this.jobs.enqueueAll(sessionIds, askedAt);
  }

  /** Like `enqueueAll`, for those that are still failed by then. */
  retryAll(sessionIds: readonly string[], askedAt?: number): Promise<void> {
    return this.jobs.retryAll(sessionIds, askedAt);
  }

  /** Requeues a failed session with a fresh `retryCount`. No-op otherwise. */
  retry(sessionId: string, askedAt?: number): Promise<void> {
    return this.jobs.retry(sessionId, askedAt);
  }

  /**
   * Stops sending at once, or dismisses a failed upload. Aborts the upload on the server, now or once it can be
   * reached.
   */
  cancel(sessionId: string): Promise<void> {
    return this.jobs.cancel(sessionId);
  }

  /** Stops sending. Acknowledged parts stay in the bucket, and `resume` continues from them. No-op for others. */
  pause(sessionIds: readonly string[]): Promise<void> {
    return this.jobs.pause(sessionIds);
  }

  /** Like `pause`, for every upload, including those that commands are still preparing to enqueue. */
  pauseAll(): Promise<void> {
    return this.jobs.pauseAll();
  }

  /** From now on uploads join the queue unpaused. @returns its position, and the sessions that may be resumed */
  resumeAll(): { askedAt: number; paused: string[] } {
    return this.jobs.resumeAll();
  }

  /** Continues paused uploads, except those that were paused again after `askedAt`. */
  resume(sessionIds: readonly string[], askedAt?: number): Promise<void> {
    return this.jobs.resume(sessionIds, askedAt);
  }

  /**
   * Cancels the upload and drops all data about the session. Call it before the session's deletion.
   * @returns the multipart uploads that could not be aborted
   */
  forget(sessionId: string): Promise<UploadState['pendingAborts']> {
    return this.jobs.forget(sessionId);
  }

  /** Retries waiting uploads; a failed one stays failed until Retry. */
  settingsChanged(destination: DestinationStatus, maxRetries: number): Promise<void> {
    return this.jobs.settingsChanged(destination, maxRetries);
  }

  /** Records news about a session: the result of a check in the bucket, or a new bundle. */
  noteFinding = (news: Parameters<JobQueue['noteFinding']>[0]) => this.jobs.noteFinding(news);

  /** The machine woke up: ends retry delays. */
  onWake(): void {
    this.jobs.onWake();
  }

  /** @param profile the AWS profile that has no keys yet; undefined when the wait is over */
  noteAccessWait(profile: string | undefined): void {
    this.jobs.noteAccessWait(profile);
  }

  subscribe(listener: (change: QueueChange) => void): () => void {
    return this.jobs.subscribe(({ jobId, ...change }: JobChange) =>
      listener({ sessionId: jobId, ...change }),
    );
  }

  /** The state of a session's upload; undefined if it never began. */
  find(sessionId: string): { state: UploadState; payload: UploadProgressPayload } | undefined {
    const known = this.jobs.find(sessionId);
    if (!known) return undefined;
    const state = toSession(known.state);
    const payload = progressPayload(state, known.live);
    if (known.waitsForProfile !== undefined) payload.waitsForProfile = known.waitsForProfile;
    return { state, payload };
  }

  snapshot(): UploadState[] {
    return this.jobs.snapshot().map(toSession);
  }

  /** Stops sending and leaves the files unchanged for the next `restore`. */
  close(): Promise<void> {
    return this.jobs.close();
  }
}

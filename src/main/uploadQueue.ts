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

/** A session's upload changed. `from` equals `to` when only the reason did, or only bytes: of each slice that is sent. */
export type QueueChange = { sessionId: string; from: UploadStatus; to: UploadStatus; bytesOnly?: true };

export type UploadQueueParts = {
  states: UploadStateStore;
  service: Pick<UploadService, 'uploadFile' | 'abortUploads'>;
  /** The settings with their secret; null when something of them is missing. */
  loadConfig(): Promise<UploadConfig | null>;
  bundleFile(sessionId: string): string;
  /** The bundle as its export made it; absent or null where nothing is known of that. */
  madeBundle?(sessionId: string): Promise<{ size?: number; crc32?: number } | null>;
  clock: Clock;
  /** Spreads the waits of apps that a server refused together. Absent: each waits the whole time. */
  random?: Pick<Random, 'hex'>;
  log: Logger;
};

/**
 * Uploads sessions one at a time, in the order they were asked for: the engine's queue by the names of the app. To the
 * engine a session's upload is a job whose id is the session's.
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

  /** Takes up what was left on disk, of all sessions or of those named. Call it after the first `settingsChanged`. */
  restore(sessionIds?: readonly string[]): Promise<void> {
    return this.jobs.restore(sessionIds);
  }

  /**
   * Reads the state of a session that the queue does not know. Call it before anything is decided about a session.
   * @throws what keeps the state from being read
   */
  restoreJob(sessionId: string): Promise<void> {
    return this.jobs.restoreJob(sessionId);
  }

  /** The present moment in the order of commands. A command that prepares before it enqueues takes it first. */
  moment(): number {
    return this.jobs.moment();
  }

  /** Resolves when the wish is on disk. No-op while the session is pending or uploading, or its bundle is uploaded. */
  enqueue(sessionId: string, askedAt?: number): Promise<void> {
    return this.jobs.enqueue(sessionId, askedAt);
  }

  /**
   * As `enqueue`, for several sessions in one step and in this order. Sessions without a bundle are left out.
   * @throws what kept one of them out, once the others are queued
   */
  enqueueAll(sessionIds: readonly string[], askedAt?: number): Promise<void> {
    return this.jobs.enqueueAll(sessionIds, askedAt);
  }

  /** As `enqueueAll`, for those that are still failed by then. */
  retryAll(sessionIds: readonly string[], askedAt?: number): Promise<void> {
    return this.jobs.retryAll(sessionIds, askedAt);
  }

  /** Puts a failed session back with a fresh `retryCount`. No-op otherwise. */
  retry(sessionId: string, askedAt?: number): Promise<void> {
    return this.jobs.retry(sessionId, askedAt);
  }

  /** Stops sending at once, or dismisses a failed upload. The server's part is aborted now, or once it can be reached. */
  cancel(sessionId: string): Promise<void> {
    return this.jobs.cancel(sessionId);
  }

  /** Stops sending. Acknowledged parts stay in the bucket, and `resume` continues from them. No-op for others. */
  pause(sessionIds: readonly string[]): Promise<void> {
    return this.jobs.pause(sessionIds);
  }

  /** As `pause`, for every upload, also for those whose commands are still preparing to enqueue them. */
  pauseAll(): Promise<void> {
    return this.jobs.pauseAll();
  }

  /** From now on uploads join the queue unpaused. @returns its moment, and the sessions that may be resumed */
  resumeAll(): { askedAt: number; paused: string[] } {
    return this.jobs.resumeAll();
  }

  /** Continues paused uploads, except those that were paused again after `askedAt`. */
  resume(sessionIds: readonly string[], askedAt?: number): Promise<void> {
    return this.jobs.resume(sessionIds, askedAt);
  }

  /**
   * Cancels the upload and drops all knowledge of the session, as before its deletion.
   * @returns the multipart uploads that could not be aborted
   */
  forget(sessionId: string): Promise<UploadState['pendingAborts']> {
    return this.jobs.forget(sessionId);
  }

  /** Waiting items are retried; a failed one stays failed until Retry. */
  settingsChanged(destination: DestinationStatus, maxRetries: number): Promise<void> {
    return this.jobs.settingsChanged(destination, maxRetries);
  }

  /** Something was found out about a session: its object in the bucket was looked for, or it has a bundle again. */
  noteFinding = (news: Parameters<JobQueue['noteFinding']>[0]) => this.jobs.noteFinding(news);

  /** The machine woke up: countdowns end. */
  onWake(): void {
    this.jobs.onWake();
  }

  /** @param profile the AWS profile that gives no keys yet; undefined when that is over */
  noteAccessWait(profile: string | undefined): void {
    this.jobs.noteAccessWait(profile);
  }

  subscribe(listener: (change: QueueChange) => void): () => void {
    return this.jobs.subscribe(({ jobId, ...change }: JobChange) =>
      listener({ sessionId: jobId, ...change }),
    );
  }

  /** Everything known of a session's upload; undefined when it never began. */
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

  /** Stops sending and leaves the files as they are, for the next `restore`. */
  close(): Promise<void> {
    return this.jobs.close();
  }
}

import { mapConcurrently } from '../../lib/concurrency';
import type { Clock, Logger, Random } from '../../shared/runtime';
import {
  DEFAULT_DESTINATION,
  type DestinationStatus,
  type JobState,
  type PendingAbort,
  type UploadConfig,
  type UploadStatus,
} from '../../shared/upload';
import type { Job } from '../job';
import { ObjectStoreError } from '../objectStore/objectStore';
import type { LostCreate } from '../transfer/abortUploads';
import { identifyFile, type FileIdentity } from '../transfer/fileIdentity';
import { abandonGeneration } from '../transfer/generation';
import { settingsNeeded, stateNotSaved, unforeseen } from '../uploadFailures';
import type { Uploader, UploadJob } from '../uploader';
import { AbortSender } from './abortSender';
import { drawJitter } from './destinationGate';
import type { JobStore } from './jobStore';
import { LiveProgress, type LiveView } from './liveProgress';
import { applyEvent } from './queueReducer';
import { schedule } from './queueSchedule';
import {
  changedItems,
  destinationIdOf,
  destinationOf,
  emptyQueue,
  itemOf,
  type QueueEffect,
  type QueueEvent,
  type QueueLimits,
  type QueueState,
  type Wish,
} from './queueState';
import { WakeTimer } from './wakeTimer';

/**
 * A job's upload changed. `from` equals `to` if only the reason or the bytes changed; `bytesOnly` for each slice sent.
 */
export type JobChange = { jobId: string; from: UploadStatus; to: UploadStatus; bytesOnly?: true };

export type JobView = {
  state: JobState;
  /** Absent if no bytes were sent in this run of the program. */
  live?: LiveView;
  /** The AWS profile that has provided no keys for some seconds, during the upload. */
  waitsForProfile?: string;
};

export type JobQueueParts = {
  store: JobStore;
  service: Pick<Uploader, 'uploadFile'> & {
    /** @param lost also abort the upload that this Create may have made @returns the aborts that failed for now */
    abortUploads(
      config: UploadConfig,
      aborts: readonly PendingAbort[],
      lost?: LostCreate,
    ): Promise<PendingAbort[]>;
  };
  /** Absolute path of a job's file. */
  sourceOf(jobId: string): string;
  /** The file to send, and its target with the settings of its destination. */
  describe(
    jobId: string,
    config: UploadConfig,
  ): Promise<Pick<Job, 'source' | 'target'> & Pick<UploadJob, 'made'>>;
  /** The settings of a destination with their secret; null if incomplete. */
  loadConfig(destinationId: string): Promise<UploadConfig | null>;
  /** Default: one job at a time. */
  limits?: QueueLimits;
  clock: Clock;
  /** Spreads the waits of programs that a server refused together. Absent: each waits the full time. */
  random?: Pick<Random, 'hex'>;
  log: Logger;
};

/** Each request looks at a file, and a process may have a thousand open. */
const WISHES_AT_ONCE = 32;

type UndatedEvent = QueueEvent extends infer E ? (E extends unknown ? Omit<E, 'now'> : never) : never;
type ActiveRun = { stop: AbortController; over: Promise<void> };

/** Uploads jobs in the order of the requests, within its limits. Only this class changes a job's state. */
export class JobQueue {
  private state: QueueState;
  private readonly active = new Map<number, ActiveRun>();
  private readonly timer: WakeTimer;
  private closing = false;
  /**
   * Pauses and commands on the whole queue are numbered; `pausedAt` is the number of the last one if it was a pause,
   * otherwise 0.
   */
  private commands = { now: 0, pausedAt: 0 };
  /** The number of the command that last paused each job. */
  private readonly pausedAt = new Map<string, number>();
  /** Writes in progress. */
  private readonly writing = new Set<Promise<void>>();
  private readonly listeners = new Set<(change: JobChange) => void>();
  private readonly live: LiveProgress;
  private readonly aborts: AbortSender;

  constructor(private readonly parts: JobQueueParts) {
    this.state = { ...emptyQueue, limits: parts.limits ?? emptyQueue.limits };
    this.live = new LiveProgress(parts.clock);
    this.timer = new WakeTimer(parts.clock, () => this.dispatchInBackground({ kind: 'ticked' }));
    this.aborts = new AbortSender({
      ...parts,
      pending: () =>
        Object.values(this.state.items)
          .filter((item) => item.pendingAborts.length > 0)
          .map(({ jobId, pendingAborts }) => ({ jobId, aborts: pendingAborts })),
      onSent: (jobId, uploadIds) => this.dispatchInBackground({ kind: 'aborts-sent', jobId, uploadIds }),
    });
  }

  /** Restores the states on disk, of all jobs or of those named. Call it after the first `settingsChanged`. */
  async restore(jobIds?: readonly string[]): Promise<void> {
    const states = await this.parts.store.readAll(jobIds);
    await this.dispatch({ kind: 'restored', states });
  }

  /**
   * Reads the state of a job that the queue does not know, for example because it was unreadable at the start. Call it
   * before any decision about a job: an unknown state must not be overwritten.
   * @throws the error that prevents reading the state
   */
  async restoreJob(jobId: string): Promise<void> {
    if (itemOf(this.state, jobId)) return;
    const state = await this.parts.store.read(jobId);
    if (state) await this.dispatch({ kind: 'restored', states: [state] });
  }

  /**
   * The current position in the order of commands. A command that prepares before it enqueues reads it first: an upload
   * requested before a `pauseAll` joins the queue paused.
   */
  moment(): number {
    return this.commands.now;
  }

  /**
   * Resolves once the request is on disk. No-op while the job is pending or uploading, or if its file is already
   * uploaded.
   * @param destinationId default: the job's current destination
   */
  async enqueue(jobId: string, askedAt = this.moment(), destinationId?: string): Promise<void> {
    const wish = await this.wishFor(jobId, destinationId);
    await this.dispatch({ kind: 'enqueued', ...wish, paused: this.isPausedSince(askedAt) });
  }

  /**
   * Like `enqueue`, for several jobs in one step and in this order. Omits jobs without a file.
   * @throws the error that kept one of them out, after the others are queued
   */
  async enqueueAll(
    jobIds: readonly string[],
    askedAt = this.moment(),
    destinationId?: string,
  ): Promise<void> {
    await this.queueAll('all-enqueued', jobIds, askedAt, destinationId);
  }

  /** Like `enqueueAll`, for the jobs that are still failed by then. */
  async retryAll(jobIds: readonly string[], askedAt = this.moment()): Promise<void> {
    await this.queueAll('all-retried', jobIds, askedAt);
  }

  /** Puts a failed job back into the queue and resets its `retryCount`. No-op otherwise. */
  async retry(jobId: string, askedAt = this.moment()): Promise<void> {
    const wish = await this.wishFor(jobId);
    await this.dispatch({ kind: 'retried', ...wish, paused: this.isPausedSince(askedAt) });
  }

  /**
   * Stops sending at once, or dismisses a failed upload. Aborts it on the server, now or when the server can be
   * reached.
   */
  async cancel(jobId: string): Promise<void> {
    await this.dispatch({ kind: 'cancelled', jobId });
    this.live.forget(jobId);
  }

  /** Stops sending. Acknowledged data stays in the bucket, and `resume` continues from it. No-op for other jobs. */
  async pause(jobIds: readonly string[]): Promise<void> {
    this.commands = { ...this.commands, now: this.commands.now + 1 };
    for (const jobId of jobIds) this.pausedAt.set(jobId, this.commands.now);
    await this.dispatch({ kind: 'paused', jobIds });
  }

  /** Like `pause`, for every upload, including those whose commands are still preparing to enqueue them. */
  async pauseAll(): Promise<void> {
    this.commands = { now: this.commands.now + 1, pausedAt: this.commands.now + 1 };
    await this.pause(Object.keys(this.state.items));
  }

  /**
   * From now on, uploads join the queue unpaused, including those whose commands are still preparing to enqueue them.
   * @returns the position of this command, and the paused jobs that may be resumed
   */
  resumeAll(): { askedAt: number; paused: string[] } {
    this.commands = { now: this.commands.now + 1, pausedAt: 0 };
    const paused = Object.values(this.state.items).filter(({ reason }) => reason?.kind === 'paused');
    return { askedAt: this.commands.now, paused: paused.map(({ jobId }) => jobId) };
  }

  /**
   * Resumes paused uploads, each at its old place in the queue. No-op for others, and for those paused again after
   * `askedAt`.
   */
  async resume(jobIds: readonly string[], askedAt = this.moment()): Promise<void> {
    const wanted = jobIds.filter((jobId) => (this.pausedAt.get(jobId) ?? 0) <= askedAt);
    for (const jobId of wanted) this.pausedAt.delete(jobId);
    await this.dispatch({ kind: 'resumed', jobIds: wanted });
  }

  /**
   * Cancels a job, waits for the aborts on the server, and drops the job, before it is deleted.
   * @returns the multipart uploads that could not be aborted
   */
  async forget(jobId: string): Promise<PendingAbort[]> {
    // Not restored, because that would start it. An unreadable state says nothing about the server.
    const unknown = itemOf(this.state, jobId) ? null : await this.readUnlessBroken(jobId);
    if (unknown) return abandonGeneration(unknown).pendingAborts ?? [];
    // Cannot be recorded: the folder is gone already, or the disk is full and the deletion frees it.
    await this.cancel(jobId).catch((error: unknown) =>
      this.parts.log.warn('the end of an upload is not recorded', { jobId, error: String(error) }),
    );
    const run = this.state.runs.find((one) => one.jobId === jobId);
    if (run) await this.active.get(run.runId)?.over;
    const due = () => itemOf(this.state, jobId)?.pendingAborts ?? [];
    if (due().length > 0) await this.aborts.send();
    const left = due();
    await this.dispatch({ kind: 'forgotten', jobId });
    this.pausedAt.delete(jobId);
    await Promise.allSettled(this.writing);
    return left;
  }

  /** Retries waiting jobs of the destination; a failed one stays failed until Retry. */
  async settingsChanged(
    destination: DestinationStatus,
    maxRetries: number,
    destinationId = DEFAULT_DESTINATION,
  ): Promise<void> {
    await this.dispatch({ kind: 'settings-changed', destinationId, destination, maxRetries });
  }

  /**
   * Call when something was found out about a job: the state of its object in the bucket, or that its file exists
   * again.
   */
  noteFinding(news: Extract<UndatedEvent, { kind: 'checked' | 'bundle-made' }>): Promise<void> {
    return this.dispatch(news);
  }

  /** Call after the machine woke up: ends all countdowns. */
  onWake(): void {
    this.dispatchInBackground({ kind: 'woken' });
  }

  /** @param profile the AWS profile whose keys are missing; undefined when the wait is over */
  noteAccessWait(profile: string | undefined, destinationId = DEFAULT_DESTINATION): void {
    this.dispatchInBackground({ kind: 'access-wait', destinationId, profile });
    for (const run of this.state.runs) {
      const status = itemOf(this.state, run.jobId)?.status;
      if (run.destinationId === destinationId && status)
        this.emit({ jobId: run.jobId, from: status, to: status });
    }
  }

  subscribe(listener: (change: JobChange) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Everything known about a job's upload; undefined if it never began. */
  find(jobId: string): JobView | undefined {
    const state = itemOf(this.state, jobId);
    if (!state) return undefined;
    const waitsForProfile = state.status === 'uploading' ? this.waitOf(destinationIdOf(state)) : undefined;
    return { state, live: this.live.view(state), waitsForProfile };
  }

  snapshot(): JobState[] {
    return Object.values(this.state.items);
  }

  /** Stops sending and leaves the stored states for the next `restore`. */
  async close(): Promise<void> {
    this.closing = true;
    this.timer.set(null);
    const runs = [...this.active.values()];
    for (const { stop } of runs) stop.abort();
    await Promise.all(runs.map(({ over }) => over));
    await this.aborts.close();
    await Promise.allSettled(this.writing);
  }

  private waitOf(destinationId: string): string | undefined {
    return destinationOf(this.state, destinationId)?.gate.waitsForProfile;
  }

  private async readUnlessBroken(jobId: string): Promise<JobState | null> {
    try {
      return await this.parts.store.read(jobId);
    } catch (error) {
      this.parts.log.warn('a state is not known at its end', { jobId, error: String(error) });
      return null;
    }
  }

  private async queueAll(
    kind: 'all-enqueued' | 'all-retried',
    jobIds: readonly string[],
    askedAt: number,
    destinationId?: string,
  ): Promise<void> {
    const failures: unknown[] = [];
    const found = await mapConcurrently(jobIds, WISHES_AT_ONCE, (id) =>
      this.wishFor(id, destinationId).catch((error: unknown) => void failures.push(error)),
    );
    const wishes = found.filter((wish) => wish !== undefined);
    await this.dispatch({ kind, wishes, paused: this.isPausedSince(askedAt) });
    if (failures.length > 0) throw failures[0];
  }

  private isPausedSince(askedAt: number): boolean {
    return this.commands.pausedAt > askedAt;
  }

  private async wishFor(jobId: string, destinationId?: string): Promise<Wish> {
    await this.restoreJob(jobId);
    const file: FileIdentity | null = await identifyFile(this.parts.sourceOf(jobId));
    return { jobId, file, destinationId };
  }

  /** For events without a caller that waits for them. */
  private dispatchInBackground(happening: UndatedEvent): void {
    this.dispatch(happening).catch((error: unknown) => {
      this.parts.log.error('the state of an upload could not be saved', { error: String(error) });
    });
  }

  /**
   * Applies an event, then lets the schedule start the next upload: two steps, so that every state change is announced.
   * @throws AppFailure `StateNotSaved`; the change still applies in memory
   */
  private async dispatch(happening: UndatedEvent): Promise<void> {
    const now = this.parts.clock.now();
    const event = { ...happening, now } as QueueEvent;
    const read = event.kind === 'restored' ? event.states : [];
    const applied = this.commit(applyEvent(this.state, event), read);
    const scheduled = this.commit(schedule(this.state, now));
    await Promise.all([applied, scheduled]);
  }

  /** @param read states just loaded from disk, unchanged */
  private async commit(
    { state, effects }: { state: QueueState; effects: QueueEffect[] },
    read: readonly JobState[] = [],
  ): Promise<void> {
    const before = this.state.items;
    this.state = state;
    const changes = changedItems(before, state.items, read);
    const writes = changes.map(({ item }) => this.write(item));
    for (const { was, item } of changes) this.announce(was, item);
    for (const effect of effects) this.perform(effect);
    await Promise.all(writes);
  }

  private async write(item: JobState): Promise<void> {
    const write = this.parts.store.save(item);
    this.writing.add(write);
    try {
      await write;
    } catch (cause) {
      throw stateNotSaved(cause);
    } finally {
      this.writing.delete(write);
    }
  }

  /** The only place that announces a change of status. */
  private announce(before: JobState | undefined, { jobId, status, problem }: JobState): void {
    const from = before?.status ?? 'not_uploaded';
    if (from !== status) this.parts.log.info('upload status', { jobId, from, to: status, problem });
    this.emit({ jobId, from, to: status });
  }

  private emit(change: JobChange): void {
    for (const listener of this.listeners) listener(change);
  }

  private perform(effect: QueueEffect): void {
    switch (effect.kind) {
      case 'start':
        this.start(effect.jobId, effect.runId);
        break;
      case 'stop':
        this.active.get(effect.runId)?.stop.abort();
        break;
      case 'send-aborts':
        this.aborts.sendSoon();
        break;
      case 'wake-at':
        if (!this.closing) this.timer.set(effect.atMs);
        break;
    }
  }

  private start(jobId: string, runId: number): void {
    if (this.closing) return;
    const stop = new AbortController();
    this.live.begin(jobId);
    const over = this.run(jobId, runId, stop).finally(() => this.active.delete(runId));
    this.active.set(runId, { stop, over });
  }

  private async run(jobId: string, runId: number, stop: AbortController): Promise<void> {
    const { service, random } = this.parts;
    const begun = itemOf(this.state, jobId)!;
    let config: UploadConfig | null = null;
    try {
      config = await this.parts.loadConfig(destinationIdOf(begun));
      if (!config)
        throw new ObjectStoreError({ verdict: 'needs-user', problem: settingsNeeded('SecretMissing') });
      const result = await service.uploadFile({
        jobId,
        ...(await this.parts.describe(jobId, config)),
        state: itemOf(this.state, jobId) ?? begun,
        config,
        signal: stop.signal,
        save: (patch) => this.dispatch({ kind: 'patched', runId, patch }),
        onProgress: (progress) => {
          this.live.add(jobId, progress);
          this.emit({ jobId, from: 'uploading', to: 'uploading', bytesOnly: true });
        },
      });
      this.dispatchInBackground({ kind: 'succeeded', runId, result });
    } catch (error) {
      if (this.closing) return;
      if (stop.signal.aborted) return await this.endStopped(jobId, runId, config);
      const failure = error instanceof ObjectStoreError ? error : unforeseen(error);
      this.dispatchInBackground({ kind: 'failed', runId, failure, jitter: random && drawJitter(random) });
    }
  }

  /**
   * After a cancel, an upload may exist whose Create was not answered yet. Aborts it, unless the keys for that are
   * missing.
   */
  private async endStopped(jobId: string, runId: number, config: UploadConfig | null): Promise<void> {
    const run = this.state.runs.find((one) => one.runId === runId);
    const { bucket, key, createIntent } = itemOf(this.state, jobId) ?? {};
    const sweeps = run?.stopping === 'cancelled' && this.waitOf(run.destinationId) === undefined;
    try {
      if (sweeps && config && bucket && key && createIntent)
        await this.parts.service.abortUploads(config, [], { bucket, key, createIntent });
    } catch (error) {
      this.parts.log.warn('a lost Create could not be looked for', { key, error: String(error) });
    }
    this.dispatchInBackground({ kind: 'stopped', runId });
  }
}

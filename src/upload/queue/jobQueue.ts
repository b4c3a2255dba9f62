import { inTurns } from '../../lib/turns';
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

/** A job's upload changed. `from` equals `to` when only the reason did, or only bytes: of each slice that is sent. */
export type JobChange = { jobId: string; from: UploadStatus; to: UploadStatus; bytesOnly?: true };

export type JobView = {
  state: JobState;
  /** Absent when nothing was sent of it in this run of the program. */
  live?: LiveView;
  /** The AWS profile that has given no keys for some seconds, while it is uploading. */
  waitsForProfile?: string;
};

export type JobQueueParts = {
  store: JobStore;
  service: Pick<Uploader, 'uploadFile'> & {
    /**
     * @param lost what this Create may have made is aborted too
     * @returns those that could not be aborted now
     */
    abortUploads(
      config: UploadConfig,
      aborts: readonly PendingAbort[],
      lost?: LostCreate,
    ): Promise<PendingAbort[]>;
  };
  /** Absolute path of a job's file. */
  sourceOf(jobId: string): string;
  /** What is sent, and where it goes with the settings of its destination. */
  describe(
    jobId: string,
    config: UploadConfig,
  ): Promise<Pick<Job, 'source' | 'target'> & Pick<UploadJob, 'made'>>;
  /** The settings of a destination with their secret; null when something of them is missing. */
  loadConfig(destinationId: string): Promise<UploadConfig | null>;
  /** Default: one job at a time. */
  limits?: QueueLimits;
  clock: Clock;
  /** Spreads the waits of programs that a server refused together. Absent: each waits the whole time. */
  random?: Pick<Random, 'hex'>;
  log: Logger;
};

/** Each looks at a file, and a process may have a thousand open. */
const WISHES_AT_ONCE = 32;

type UndatedEvent = QueueEvent extends infer E ? (E extends unknown ? Omit<E, 'now'> : never) : never;
type ActiveRun = { stop: AbortController; over: Promise<void> };

/** Uploads jobs in the order they were asked for, within its limits. The one place where a job's state changes. */
export class JobQueue {
  private state: QueueState;
  private readonly active = new Map<number, ActiveRun>();
  private readonly timer: WakeTimer;
  private closing = false;
  /** Pauses and commands on the whole queue are numbered; `pausedAt` is the last one where that was a pause, else 0. */
  private commands = { now: 0, pausedAt: 0 };
  /** The command that paused each job last. */
  private readonly pausedAt = new Map<string, number>();
  /** Writes under way. */
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

  /** Takes up what was left on disk, of all jobs or of those named. Call it after the first `settingsChanged`. */
  async restore(jobIds?: readonly string[]): Promise<void> {
    const states = await this.parts.store.readAll(jobIds);
    await this.dispatch({ kind: 'restored', states });
  }

  /**
   * Reads the state of a job that the queue does not know, e.g. because it could not be read at the start. Call it before
   * anything is decided about a job: a state that is not known must be neither overwritten nor replaced.
   * @throws what keeps the state from being read
   */
  async restoreJob(jobId: string): Promise<void> {
    if (itemOf(this.state, jobId)) return;
    const state = await this.parts.store.read(jobId);
    if (state) await this.dispatch({ kind: 'restored', states: [state] });
  }

  /**
   * The present moment in the order of commands. A command that prepares before it enqueues takes it first: an upload
   * that was asked for before a `pauseAll` joins the queue paused.
   */
  moment(): number {
    return this.commands.now;
  }

  /**
   * Resolves when the wish is on disk. No-op while the job is pending or uploading, or its file is uploaded.
   * @param destinationId default: the destination that the job has
   */
  async enqueue(jobId: string, askedAt = this.moment(), destinationId?: string): Promise<void> {
    const wish = await this.wishFor(jobId, destinationId);
    await this.dispatch({ kind: 'enqueued', ...wish, paused: this.isPausedSince(askedAt) });
  }

  /**
   * As `enqueue`, for several jobs in one step and in this order. Jobs without a file are left out.
   * @throws what kept one of them out, once the others are queued
   */
  async enqueueAll(
    jobIds: readonly string[],
    askedAt = this.moment(),
    destinationId?: string,
  ): Promise<void> {
    await this.queueAll('all-enqueued', jobIds, askedAt, destinationId);
  }

  /** As `enqueueAll`, for those that are still failed by then. */
  async retryAll(jobIds: readonly string[], askedAt = this.moment()): Promise<void> {
    await this.queueAll('all-retried', jobIds, askedAt);
  }

  /** Puts a failed job back with a fresh `retryCount`. No-op otherwise. */
  async retry(jobId: string, askedAt = this.moment()): Promise<void> {
    const wish = await this.wishFor(jobId);
    await this.dispatch({ kind: 'retried', ...wish, paused: this.isPausedSince(askedAt) });
  }

  /** Stops sending at once, or dismisses a failed upload; what the server holds is aborted, now or once it can be reached. */
  async cancel(jobId: string): Promise<void> {
    await this.dispatch({ kind: 'cancelled', jobId });
    this.live.forget(jobId);
  }

  /** Stops sending; what the bucket has acknowledged stays there, and `resume` goes on from it. No-op for others. */
  async pause(jobIds: readonly string[]): Promise<void> {
    this.commands = { ...this.commands, now: this.commands.now + 1 };
    for (const jobId of jobIds) this.pausedAt.set(jobId, this.commands.now);
    await this.dispatch({ kind: 'paused', jobIds });
  }

  /** As `pause`, for every upload, also for those whose commands are still preparing to enqueue them. */
  async pauseAll(): Promise<void> {
    this.commands = { now: this.commands.now + 1, pausedAt: this.commands.now + 1 };
    await this.pause(Object.keys(this.state.items));
  }

  /**
   * From now on uploads join the queue unpaused, also those whose commands are still preparing to enqueue them.
   * @returns the moment of it, and the jobs that are paused and may be resumed
   */
  resumeAll(): { askedAt: number; paused: string[] } {
    this.commands = { now: this.commands.now + 1, pausedAt: 0 };
    const paused = Object.values(this.state.items).filter(({ reason }) => reason?.kind === 'paused');
    return { askedAt: this.commands.now, paused: paused.map(({ jobId }) => jobId) };
  }

  /**
   * Lets paused uploads go on, each at its old place in the queue. No-op for others, and for those that were paused again
   * after `askedAt`.
   */
  async resume(jobIds: readonly string[], askedAt = this.moment()): Promise<void> {
    const wanted = jobIds.filter((jobId) => (this.pausedAt.get(jobId) ?? 0) <= askedAt);
    for (const jobId of wanted) this.pausedAt.delete(jobId);
    await this.dispatch({ kind: 'resumed', jobIds: wanted });
  }

  /**
   * Cancels, waits until the server was told where it has to be, and drops all knowledge of the job, as before its deletion.
   * @returns the multipart uploads that could not be aborted
   */
  async forget(jobId: string): Promise<PendingAbort[]> {
    // Not taken up, which would begin it. What cannot be read says nothing of what the server holds.
    const unknown = itemOf(this.state, jobId) ? null : await this.readUnlessBroken(jobId);
    if (unknown) return abandonGeneration(unknown).pendingAborts ?? [];
    // Nowhere to record it: the folder is gone already, or the disk is full and this is to free it.
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

  /** Waiting jobs of the destination are retried; a failed one stays failed until Retry. */
  async settingsChanged(
    destination: DestinationStatus,
    maxRetries: number,
    destinationId = DEFAULT_DESTINATION,
  ): Promise<void> {
    await this.dispatch({ kind: 'settings-changed', destinationId, destination, maxRetries });
  }

  /** Something was found out about a job: its object in the bucket was looked for, or its file is there again. */
  noteFinding(news: Extract<UndatedEvent, { kind: 'checked' | 'bundle-made' }>): Promise<void> {
    return this.dispatch(news);
  }

  /** The machine woke up: countdowns end. */
  onWake(): void {
    this.dispatchInBackground({ kind: 'woken' });
  }

  /** @param profile the AWS profile that gives no keys yet; undefined when that is over */
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

  /** Everything known of a job's upload; undefined when it never began. */
  find(jobId: string): JobView | undefined {
    const state = itemOf(this.state, jobId);
    if (!state) return undefined;
    const waitsForProfile = state.status === 'uploading' ? this.waitOf(destinationIdOf(state)) : undefined;
    return { state, live: this.live.view(state), waitsForProfile };
  }

  snapshot(): JobState[] {
    return Object.values(this.state.items);
  }

  /** Stops sending and leaves the files as they are, for the next `restore`. */
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
    const found = await inTurns(jobIds, WISHES_AT_ONCE, (id) =>
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

  /** Something noteFinding that nobody waits for. */
  private dispatchInBackground(happening: UndatedEvent): void {
    this.dispatch(happening).catch((error: unknown) => {
      this.parts.log.error('the state of an upload could not be saved', { error: String(error) });
    });
  }

  /**
   * An event changes what it is about, then the schedule may begin the next upload: two steps, so that every step of
   * the state machine is announced.
   * @throws AppFailure `StateNotSaved`; the change holds in memory nevertheless
   */
  private async dispatch(happening: UndatedEvent): Promise<void> {
    const now = this.parts.clock.now();
    const event = { ...happening, now } as QueueEvent;
    const read = event.kind === 'restored' ? event.states : [];
    const applied = this.commit(applyEvent(this.state, event), read);
    const scheduled = this.commit(schedule(this.state, now));
    await Promise.all([applied, scheduled]);
  }

  /** @param read states that come from disk as they are */
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

  /** The one place that tells of a change of status. */
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

  /** After a cancel an upload may stand whose Create was not answered yet: it goes, unless keys for that are lacking. */
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

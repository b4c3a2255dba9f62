import { inTurns } from '../lib/turns';
import { AbortSender } from './upload/abortSender';
import { toJob, toSession } from './upload/sessionStates';
import { sessionTarget } from './upload/sessionTarget';
import { identifyFile, type FileIdentity } from '../upload/transfer/fileIdentity';
import { abandonGeneration } from '../upload/transfer/generation';
import { LiveProgress } from '../upload/queue/liveProgress';
import { progressPayload } from './upload/progressPayload';
import { applyEvent } from '../upload/queue/queueReducer';
import { schedule } from '../upload/queue/queueSchedule';
import {
  changedItems,
  emptyQueue,
  type QueueEffect,
  type QueueEvent,
  type QueueState,
  type Wish,
} from '../upload/queue/queueState';
import type {
  DestinationStatus,
  JobState,
  UploadConfig,
  UploadProgressPayload,
  UploadState,
  UploadStatus,
} from '../shared/upload';
import { settingsNeeded, stateNotSaved, unforeseen } from '../upload/uploadFailures';
import { WakeTimer } from '../upload/queue/wakeTimer';
import type { UploadService } from './uploadService';
import type { UploadStateStore } from './uploadStateStore';
import { StoreFailure } from '../upload/objectStore/objectStore';
import type { Clock, Logger } from '../shared/runtime';

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
  log: Logger;
};

/** Each looks at a bundle, and a process may have a thousand files open. */
const WISHES_AT_ONCE = 32;

type Happening = QueueEvent extends infer E ? (E extends unknown ? Omit<E, 'now'> : never) : never;
type ActiveRun = { runId: number; stop: AbortController; over: Promise<void> };

/** Uploads sessions one at a time, in the order they were asked for. The one place where an upload's state changes. */
export class UploadQueue {
  private state: QueueState = emptyQueue;
  private active: ActiveRun | null = null;
  private readonly timer: WakeTimer;
  private closing = false;
  /** Pauses and commands on the whole queue are numbered; `pausedAt` is the last one where that was a pause, else 0. */
  private commands = { now: 0, pausedAt: 0 };
  /** The command that paused each session last. */
  private readonly pausedAt = new Map<string, number>();
  /** The AWS profile whose keys the running upload waits for. */
  private waitsForProfile: string | undefined;
  /** Writes under way. */
  private readonly writing = new Set<Promise<void>>();
  private readonly listeners = new Set<(change: QueueChange) => void>();
  private readonly live: LiveProgress;
  private readonly aborts: AbortSender;

  constructor(private readonly parts: UploadQueueParts) {
    this.live = new LiveProgress(parts.clock);
    this.timer = new WakeTimer(parts.clock, () => this.note({ kind: 'ticked' }));
    this.aborts = new AbortSender({
      ...parts,
      pending: () =>
        Object.values(this.state.items)
          .filter((item) => item.pendingAborts.length > 0)
          .map(({ jobId, pendingAborts }) => ({ sessionId: jobId, aborts: pendingAborts })),
      onSent: (jobId, uploadIds) => this.note({ kind: 'aborts-sent', jobId, uploadIds }),
    });
  }

  /** Takes up what was left on disk, of all sessions or of those named. Call it after the first `settingsChanged`. */
  async restore(sessionIds?: readonly string[]): Promise<void> {
    const states = await this.parts.states.scanAllUploadStates(sessionIds);
    await this.dispatch({ kind: 'restored', states: states.map(toJob) });
  }

  /**
   * Reads the state of a session that the queue does not know, e.g. because it could not be read at the start. Call it
   * before anything is decided about a session: what is not known must be neither overwritten nor replaced.
   * @throws what keeps the state from being read
   */
  async takeUp(sessionId: string): Promise<void> {
    if (this.state.items[sessionId]) return;
    const state = await this.parts.states.readUploadState(sessionId);
    if (state) await this.dispatch({ kind: 'restored', states: [toJob(state)] });
  }

  /**
   * The present moment in the order of commands. A command that prepares before it enqueues takes it first: an upload
   * that was asked for before a `pauseAll` joins the queue paused.
   */
  moment(): number {
    return this.commands.now;
  }

  /** Resolves when the wish is on disk. No-op while the session is pending or uploading, or its bundle is uploaded. */
  async enqueue(sessionId: string, askedAt = this.moment()): Promise<void> {
    const wish = await this.wishFor(sessionId);
    await this.dispatch({ kind: 'enqueued', ...wish, paused: this.isPausedSince(askedAt) });
  }

  /**
   * As `enqueue`, for several sessions in one step and in this order. Sessions without a bundle are left out.
   * @throws what kept one of them out, once the others are queued
   */
  async enqueueAll(sessionIds: readonly string[], askedAt = this.moment()): Promise<void> {
    await this.queueAll('all-enqueued', sessionIds, askedAt);
  }

  /** As `enqueueAll`, for those that are still failed by then. */
  async retryAll(sessionIds: readonly string[], askedAt = this.moment()): Promise<void> {
    await this.queueAll('all-retried', sessionIds, askedAt);
  }

  /** Puts a failed session back with a fresh `retryCount`. No-op otherwise. */
  async retry(sessionId: string, askedAt = this.moment()): Promise<void> {
    await this.takeUp(sessionId);
    const file = await this.bundleNow(sessionId);
    await this.dispatch({ kind: 'retried', jobId: sessionId, file, paused: this.isPausedSince(askedAt) });
  }

  /** Stops sending at once, or dismisses a failed upload; what the server holds is aborted, now or once it can be reached. */
  async cancel(sessionId: string): Promise<void> {
    await this.dispatch({ kind: 'cancelled', jobId: sessionId });
    this.live.forget(sessionId);
  }

  /** Stops sending; what the bucket has acknowledged stays there, and `resume` goes on from it. No-op for others. */
  async pause(sessionIds: readonly string[]): Promise<void> {
    this.commands = { ...this.commands, now: this.commands.now + 1 };
    for (const sessionId of sessionIds) this.pausedAt.set(sessionId, this.commands.now);
    await this.dispatch({ kind: 'paused', jobIds: sessionIds });
  }

  /** As `pause`, for every upload, also for those whose commands are still preparing to enqueue them. */
  async pauseAll(): Promise<void> {
    this.commands = { now: this.commands.now + 1, pausedAt: this.commands.now + 1 };
    await this.pause(Object.keys(this.state.items));
  }

  /**
   * From now on uploads join the queue unpaused, also those whose commands are still preparing to enqueue them.
   * @returns the moment of it, and the sessions that are paused and may be resumed
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
  async resume(sessionIds: readonly string[], askedAt = this.moment()): Promise<void> {
    const wanted = sessionIds.filter((sessionId) => (this.pausedAt.get(sessionId) ?? 0) <= askedAt);
    for (const sessionId of wanted) this.pausedAt.delete(sessionId);
    await this.dispatch({ kind: 'resumed', jobIds: wanted });
  }

  /**
   * Cancels, waits until the server was told where it has to be, and drops all knowledge of the session, as before its deletion.
   * @returns the multipart uploads that could not be aborted
   */
  async forget(sessionId: string): Promise<UploadState['pendingAborts']> {
    // Not taken up, which would begin it. What cannot be read says nothing of what the server holds.
    const unknown = this.state.items[sessionId] ? null : await this.readUnlessBroken(sessionId);
    if (unknown) return abandonGeneration(unknown).pendingAborts ?? [];
    // Nowhere to record it: the folder is gone already, or the disk is full and this is to free it.
    await this.cancel(sessionId).catch((error: unknown) =>
      this.parts.log.warn('the end of an upload is not recorded', { sessionId, error: String(error) }),
    );
    if (this.state.running?.jobId === sessionId) await this.active?.over;
    const due = () => this.state.items[sessionId]?.pendingAborts ?? [];
    if (due().length > 0) await this.aborts.send();
    const left = due();
    await this.dispatch({ kind: 'forgotten', jobId: sessionId });
    this.pausedAt.delete(sessionId);
    await Promise.allSettled(this.writing);
    return left;
  }

  /** Waiting items are retried; a failed one stays failed until Retry. */
  async settingsChanged(destination: DestinationStatus, maxRetries: number): Promise<void> {
    await this.dispatch({ kind: 'settings-changed', destination, maxRetries });
  }

  /** Something was found out about a session: its object in the bucket was looked for, or it has a bundle again. */
  happened = (news: Extract<Happening, { kind: 'checked' | 'bundle-made' }>) => this.dispatch(news);

  /** The machine woke up: countdowns end. */
  onWake(): void {
    this.note({ kind: 'woken' });
  }

  /** @param profile the AWS profile that gives no keys yet; undefined when that is over */
  noteAccessWait(profile: string | undefined): void {
    this.waitsForProfile = profile;
    const { running } = this.state;
    const status = running && this.state.items[running.jobId]?.status;
    if (running && status) this.tell({ sessionId: running.jobId, from: status, to: status });
  }

  subscribe(listener: (change: QueueChange) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Everything known of a session's upload; undefined when it never began. */
  find(sessionId: string): { state: UploadState; payload: UploadProgressPayload } | undefined {
    const job = this.state.items[sessionId];
    if (!job) return undefined;
    const state = toSession(job);
    const payload = progressPayload(state, this.live.view(job));
    if (state.status === 'uploading') payload.waitsForProfile = this.waitsForProfile;
    return { state, payload };
  }

  snapshot(): UploadState[] {
    return Object.values(this.state.items).map(toSession);
  }

  /** Stops sending and leaves the files as they are, for the next `restore`. */
  async close(): Promise<void> {
    this.closing = true;
    this.timer.set(null);
    this.active?.stop.abort();
    await this.active?.over;
    await this.aborts.close();
    await Promise.allSettled(this.writing);
  }

  private async readUnlessBroken(sessionId: string): Promise<UploadState | null> {
    try {
      return await this.parts.states.readUploadState(sessionId);
    } catch (error) {
      this.parts.log.warn('a state is not known at its end', { sessionId, error: String(error) });
      return null;
    }
  }

  private async queueAll(
    kind: 'all-enqueued' | 'all-retried',
    sessionIds: readonly string[],
    askedAt: number,
  ): Promise<void> {
    const failures: unknown[] = [];
    const found = await inTurns(sessionIds, WISHES_AT_ONCE, (id) =>
      this.wishFor(id).catch((error: unknown) => void failures.push(error)),
    );
    const wishes = found.filter((wish) => wish !== undefined);
    await this.dispatch({ kind, wishes, paused: this.isPausedSince(askedAt) });
    if (failures.length > 0) throw failures[0];
  }

  private isPausedSince(askedAt: number): boolean {
    return this.commands.pausedAt > askedAt;
  }

  private async wishFor(sessionId: string): Promise<Wish> {
    await this.takeUp(sessionId);
    return { jobId: sessionId, file: await this.bundleNow(sessionId) };
  }

  private bundleNow(sessionId: string): Promise<FileIdentity | null> {
    return identifyFile(this.parts.bundleFile(sessionId));
  }

  /** Something happened that nobody waits for. */
  private note(happening: Happening): void {
    this.dispatch(happening).catch((error: unknown) => {
      this.parts.log.error('the state of an upload could not be saved', { error: String(error) });
    });
  }

  /**
   * An event changes what it is about, then the schedule may begin the next upload: two steps, so that every step of
   * the state machine is announced.
   * @throws AppFailure `StateNotSaved`; the change holds in memory nevertheless
   */
  private async dispatch(happening: Happening): Promise<void> {
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
    const write = this.parts.states.writeUploadState(toSession(item));
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
  private announce(before: JobState | undefined, { jobId: sessionId, status, problem }: JobState): void {
    const from = before?.status ?? 'not_uploaded';
    if (from !== status) this.parts.log.info('upload status', { sessionId, from, to: status, problem });
    this.tell({ sessionId, from, to: status });
  }

  private tell(change: QueueChange): void {
    for (const listener of this.listeners) listener(change);
  }

  private perform(effect: QueueEffect): void {
    switch (effect.kind) {
      case 'start':
        this.start(effect.jobId, effect.runId);
        break;
      case 'stop':
        if (this.active?.runId === effect.runId) this.active.stop.abort();
        break;
      case 'send-aborts':
        this.aborts.sendSoon();
        break;
      case 'wake-at':
        if (!this.closing) this.timer.set(effect.atMs);
        break;
    }
  }

  private start(sessionId: string, runId: number): void {
    if (this.closing) return;
    const stop = new AbortController();
    this.live.begin(sessionId);
    this.active = { runId, stop, over: this.run(sessionId, runId, stop) };
  }

  private async run(sessionId: string, runId: number, stop: AbortController): Promise<void> {
    const { service } = this.parts;
    let config: UploadConfig | null = null;
    try {
      config = await this.parts.loadConfig();
      if (!config)
        throw new StoreFailure({ verdict: 'needs-user', problem: settingsNeeded('SecretMissing') });
      const source = this.parts.bundleFile(sessionId);
      const result = await service.uploadFile({
        jobId: sessionId,
        source,
        target: sessionTarget(config, sessionId, source),
        state: this.state.items[sessionId]!,
        made: (await this.parts.madeBundle?.(sessionId)) ?? undefined,
        config,
        signal: stop.signal,
        save: (patch) => this.dispatch({ kind: 'patched', runId, patch }),
        onProgress: (progress) => {
          this.live.add(sessionId, progress);
          this.tell({ sessionId, from: 'uploading', to: 'uploading', bytesOnly: true });
        },
      });
      this.note({ kind: 'succeeded', runId, result });
    } catch (error) {
      if (this.closing) return;
      if (stop.signal.aborted) return await this.endStopped(sessionId, runId, config);
      const failure = error instanceof StoreFailure ? error : unforeseen(error);
      this.note({ kind: 'failed', runId, failure });
    }
  }

  /** After a cancel an upload may stand whose Create was not answered yet: it goes, unless keys for that are lacking. */
  private async endStopped(sessionId: string, runId: number, config: UploadConfig | null): Promise<void> {
    const { bucket, key, createIntent } = this.state.items[sessionId] ?? {};
    const sweeps = this.state.running?.stopping === 'cancelled' && this.waitsForProfile === undefined;
    try {
      if (sweeps && config && bucket && key && createIntent)
        await this.parts.service.abortUploads(config, [], { bucket, key, createIntent });
    } catch (error) {
      this.parts.log.warn('a lost Create could not be looked for', { key, error: String(error) });
    }
    this.note({ kind: 'stopped', runId });
  }
}

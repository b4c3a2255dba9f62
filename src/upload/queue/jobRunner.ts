import { KeyedMutex } from '../../lib/concurrency';
import type { Problem } from '../../shared/problem';
import type { Random } from '../../shared/runtime';
import { DEFAULT_MAX_RETRIES, type JobState } from '../../shared/upload';
import type { Job } from '../job';
import { ObjectStoreError } from '../objectStore/objectStore';
import { unforeseen } from '../uploadFailures';
import {
  drawJitter,
  noteAccepted,
  noteEnd,
  noteFailure,
  noteRefusal,
  noteSignInWait,
  noteStart,
  OPEN_GATE,
  startAtMs,
  type DestinationGate,
  type RefusalKind,
} from './destinationGate';
import { ActiveJob, type ActiveJobParts } from './activeJob';
import type { JobTable, TableJob } from './jobTable';
import { judgeFailure } from './judgeFailure';
import { askedFor, DestinationDoubt } from './runnerRules';
import { WakeTimer } from './wakeTimer';

/** A requested job, with the size of its file. */
export type WantedJob = { job: Job; destinationId: string; sizeBytes: number };

/**
 * What happened. A job ends as `uploaded`; `unchanged` if the bucket still holds the object of an earlier upload of the
 * same file; `failed`; or `again`, to be retried. `held`: the destination accepts nothing until then. `blocked`: until
 * the user fixes what `error` says and the caller calls `unblock`. `idle`: no work is left that can start by itself.
 */
export type RunnerEvent =
  | { kind: 'begun'; jobId: string }
  | { kind: 'ended'; how: 'uploaded' | 'unchanged' | 'failed' | 'again'; job: Job; state: JobState }
  | { kind: 'held'; destinationId: string; reason: RefusalKind; untilMs: number; problem: Problem }
  | { kind: 'open'; destinationId: string }
  | { kind: 'blocked'; destinationId: string; problem: Problem }
  | { kind: 'idle' };

export type JobRunnerParts = ActiveJobParts & {
  table: JobTable;
  random: Pick<Random, 'hex'>;
  /** Number of concurrent uploads per destination. Default: 4. */
  parallel?: number;
  /** Number of retries after transient failures. Default: 10. */
  maxRetries?: number;
  onEvent(event: RunnerEvent): void;
};

const DEFAULT_PARALLEL = 4;
/** Jobs claimed at a time per running job: enough that claiming costs almost nothing. */
const PAGE_FACTOR = 32;

type Run = { stop: AbortController; pass: number; hasLeft: boolean };

/** One destination. `page` holds claimed jobs that have not started. */
type Lane = {
  destinationId: string;
  gate: DestinationGate;
  page: TableJob[];
  running: Map<string, Run>;
  /** Uploaded jobs whose end is not on disk yet. */
  ending: Set<string>;
  /** Whether the table may hold due jobs that are not on the page. */
  mayHaveMore: boolean;
  isClaiming: boolean;
  /** When the first job with a timed wait is due. */
  dueAtMs: number | null;
  blocked: Problem | null;
  doubt: DestinationDoubt;
  timer: WakeTimer;
};

/**
 * Runs the jobs of a table, several at once for each destination. A network failure or a server that asks to slow down
 * holds back a destination as long as necessary and charges no attempt. Only this class changes the state of a table's
 * job.
 */
export class JobRunner {
  private readonly lanes = new Map<string, Lane>();
  /** Claims and additions of one table must not overlap: a job would run twice. */
  private readonly turns = new KeyedMutex();
  private readonly wantedAgain = new Map<string, WantedJob>();
  /** The most acknowledged bytes of each job with a transient failure: only more than that is progress. */
  private readonly furthestBytes = new Map<string, number>();
  private readonly working = new Set<Promise<void>>();
  private isPaused = false;
  private isClosed = false;

  constructor(private readonly parts: JobRunnerParts) {}

  /** Starts the jobs in the table for a destination, for example after a restart. */
  begin(destinationId: string): void {
    const lane = this.laneOf(destinationId);
    lane.mayHaveMore = true;
    this.pump(lane);
  }

  /**
   * Adds jobs to the queue. A known job keeps its upload: the bucket is checked for an unchanged file, which is sent
   * again only if it is missing. A running job starts again when it has ended.
   * @throws AppFailure if the table cannot be written
   */
  async enqueue(jobs: readonly WantedJob[]): Promise<void> {
    await this.turns.run('table', async () => {
      const onPage = this.idsOnPages();
      const idle = jobs.filter((wanted) => !this.isRunning(wanted) && !onPage.has(wanted.job.jobId));
      const known = await this.parts.table.readAll(idle.map(({ job }) => job.jobId));
      const stateOf = new Map(known.map((state) => [state.jobId, state]));
      const now = this.parts.clock.now();
      const asked = idle.map(({ job, destinationId, sizeBytes }) => {
        const { jobId } = job;
        const { maxRetries = DEFAULT_MAX_RETRIES } = this.parts;
        return {
          job,
          destinationId,
          state: askedFor(stateOf.get(jobId), { jobId, sizeBytes, maxRetries, now }),
        };
      });
      await this.parts.table.add(asked);
    });
    for (const id of new Set(jobs.map(({ destinationId }) => destinationId))) this.begin(id);
  }

  /** Stops all runs. Resolves once that is recorded. */
  async pause(): Promise<void> {
    this.isPaused = true;
    for (const { running, timer } of this.lanes.values()) {
      timer.set(null);
      for (const { stop } of running.values()) stop.abort();
    }
    await this.settled();
  }

  resume(): void {
    this.isPaused = false;
    for (const lane of this.lanes.values()) this.pump(lane);
  }

  /** Call when the cause of a block is fixed. */
  unblock(destinationId: string): void {
    this.laneOf(destinationId).blocked = null;
    this.begin(destinationId);
  }

  /** @param profile the AWS profile whose keys are missing; undefined when the wait is over */
  noteAccessWait(destinationId: string, profile: string | undefined): void {
    const lane = this.laneOf(destinationId);
    lane.gate = noteSignInWait(lane.gate, profile);
    this.pump(lane);
  }

  /** Stops permanently. The table can be closed afterwards. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.pause();
    for (const { page } of this.lanes.values()) {
      const jobIds = page.splice(0).map(({ job }) => job.jobId);
      await this.parts.table.release(jobIds).catch((error: unknown) => {
        // They become pending again when the table is opened.
        this.parts.log.warn('claimed jobs could not be released', { error: String(error) });
      });
    }
  }

  private async settled(): Promise<void> {
    while (this.working.size > 0) await Promise.all(this.working);
  }

  /** Whether the job is running; if so, notes to run it again. */
  private isRunning(wanted: WantedJob): boolean {
    const { jobId } = wanted.job;
    for (const { running, ending } of this.lanes.values()) {
      if (!running.has(jobId) && !ending.has(jobId)) continue;
      this.wantedAgain.set(jobId, wanted);
      return true;
    }
    return false;
  }

  private idsOnPages(): Set<string> {
    const ids = new Set<string>();
    for (const { page } of this.lanes.values()) for (const { job } of page) ids.add(job.jobId);
    return ids;
  }

  private laneOf(destinationId: string): Lane {
    const known = this.lanes.get(destinationId);
    if (known) return known;
    const lane: Lane = {
      destinationId,
      gate: OPEN_GATE,
      page: [],
      running: new Map(),
      ending: new Set(),
      mayHaveMore: true,
      isClaiming: false,
      dueAtMs: null,
      blocked: null,
      doubt: new DestinationDoubt(),
      timer: new WakeTimer(this.parts.clock, () => {
        lane.mayHaveMore = true;
        this.pump(lane);
      }),
    };
    this.lanes.set(destinationId, lane);
    return lane;
  }

  private get parallel(): number {
    return this.parts.parallel ?? DEFAULT_PARALLEL;
  }

  /** Starts the jobs that may start now, and schedules the next check. */
  private pump(lane: Lane): void {
    if (this.isPaused || this.isClosed || lane.blocked) return;
    while (lane.running.size < this.parallel) {
      const now = this.parts.clock.now();
      const atMs = startAtMs(lane.gate, lane.running.size, now);
      if (atMs === null) return;
      if (atMs > now) return lane.timer.set(atMs);
      const next = lane.page.shift();
      if (!next) break;
      this.start(lane, next);
    }
    if (lane.page.length < this.parallel && lane.mayHaveMore) this.track(this.claim(lane));
    else if (lane.dueAtMs !== null) lane.timer.set(lane.dueAtMs);
    else if (isQuiet(lane)) this.tellIdle();
  }

  private tellIdle(): void {
    for (const lane of this.lanes.values())
      if (!isQuiet(lane) || lane.mayHaveMore || lane.isClaiming || lane.dueAtMs !== null) return;
    this.parts.onEvent({ kind: 'idle' });
  }

  private track(work: Promise<void>): void {
    const tracked: Promise<void> = work
      .catch((error: unknown) => this.parts.log.error('a job could not be run', { error: String(error) }))
      .finally(() => this.working.delete(tracked));
    this.working.add(tracked);
  }

  private async claim(lane: Lane): Promise<void> {
    if (lane.isClaiming) return;
    lane.isClaiming = true;
    const { table, clock } = this.parts;
    try {
      await this.turns.run('table', async () => {
        lane.mayHaveMore = false;
        const claimed = await table.next(this.parallel * PAGE_FACTOR, clock.now(), lane.destinationId);
        for (const one of claimed) lane.page.push(one);
        lane.mayHaveMore ||= claimed.length > 0;
        lane.dueAtMs = claimed.length > 0 ? null : await table.nextDueAt(lane.destinationId);
      });
    } catch (error) {
      this.block(lane, unforeseen(error).problem);
    } finally {
      lane.isClaiming = false;
    }
    this.pump(lane);
  }

  private block(lane: Lane, problem: Problem): void {
    if (lane.blocked) return;
    lane.blocked = problem;
    lane.timer.set(null);
    this.parts.onEvent({ kind: 'blocked', destinationId: lane.destinationId, problem });
  }

  private start(lane: Lane, claimed: TableJob): void {
    const { gate, pass } = noteStart(lane.gate);
    lane.gate = gate;
    const run: Run = { stop: new AbortController(), pass, hasLeft: false };
    lane.running.set(claimed.job.jobId, run);
    this.parts.onEvent({ kind: 'begun', jobId: claimed.job.jobId });
    this.track(this.run(lane, run, claimed));
  }

  private async run(lane: Lane, run: Run, claimed: TableJob): Promise<void> {
    const { jobId } = claimed.job;
    const active = new ActiveJob(claimed, this.parts, (bytes) => {
      this.accept(lane, run);
      this.furthestBytes.set(jobId, Math.max(bytes, this.furthestBytes.get(jobId) ?? 0));
    });
    let how: 'uploaded' | 'unchanged' | undefined;
    try {
      how = await active.upload(run.stop.signal, this.furthestBytes.get(jobId) ?? active.state.bytesUploaded);
      this.accept(lane, run);
      lane.doubt.noteSuccess();
      this.furthestBytes.delete(jobId);
      lane.ending.add(jobId);
    } catch (error) {
      await this.end(lane, run, active, error);
    } finally {
      this.leave(lane, run, jobId);
    }
    if (how) await this.finish(lane, run, active, how);
    await this.runAgain(jobId);
    this.pump(lane);
  }

  /** Starts the next job while the end of this one is being written. */
  private async finish(
    lane: Lane,
    run: Run,
    active: ActiveJob,
    how: 'uploaded' | 'unchanged',
  ): Promise<void> {
    this.pump(lane);
    const isRecorded = await this.record(lane, () => active.finish());
    if (!isRecorded) await this.putBack(lane, run, active);
    lane.ending.delete(active.job.jobId);
    if (isRecorded) this.parts.onEvent({ kind: 'ended', how, job: active.job, state: active.state });
  }

  /** Frees the run's place for the next job. No-op if already done. */
  private leave(lane: Lane, run: Run, jobId: string): void {
    if (run.hasLeft) return;
    run.hasLeft = true;
    // A job to be retried may already be running again.
    if (lane.running.get(jobId) === run) lane.running.delete(jobId);
    lane.gate = noteEnd(lane.gate, run.pass);
  }

  /** Opens the gate of a destination that accepted data. */
  private accept(lane: Lane, { pass }: Run): void {
    this.setGate(lane, noteAccepted(lane.gate, pass, this.parts.clock.now()));
  }

  private setGate(lane: Lane, gate: DestinationGate): void {
    const before = lane.gate;
    lane.gate = gate;
    if (before.refusal && !gate.refusal)
      this.parts.onEvent({ kind: 'open', destinationId: lane.destinationId });
  }

  private async end(lane: Lane, run: Run, active: ActiveJob, error: unknown): Promise<void> {
    const failure = error instanceof ObjectStoreError ? error : unforeseen(error);
    const { clock, random } = this.parts;
    if (run.stop.signal.aborted) return this.putBack(lane, run, active);
    const kind = refusalOf(failure);
    if (kind) {
      const refusal = { kind, retryAfterMs: failure.retryAfterMs, jitter: drawJitter(random) };
      const before = lane.gate;
      lane.gate = noteRefusal(before, run.pass, refusal, clock.now());
      const untilMs = lane.gate.refusal?.untilMs ?? clock.now();
      const { destinationId } = lane;
      if (lane.gate !== before)
        this.parts.onEvent({ kind: 'held', destinationId, reason: kind, untilMs, problem: failure.problem });
      return this.putBack(lane, run, active);
    }
    this.setGate(lane, noteFailure(lane.gate, run.pass, failure, clock.now()));
    if (lane.doubt.isDestinations(failure)) {
      this.block(lane, failure.problem);
      return this.putBack(lane, run, active);
    }
    const { gate } = lane;
    const { maxRetries } = active.state;
    const patch = judgeFailure(active.state, failure, { gate, maxRetries, now: clock.now() });
    if (!(await this.record(lane, () => active.end(patch)))) return this.putBack(lane, run, active);
    if (active.state.status === 'pending') lane.mayHaveMore = true;
    else this.furthestBytes.delete(active.job.jobId);
    const how = active.state.status === 'failed' ? 'failed' : 'again';
    this.parts.onEvent({ kind: 'ended', how, job: active.job, state: active.state });
  }

  /** Puts the job first, for when its destination accepts files again. */
  private async putBack(lane: Lane, run: Run, active: ActiveJob): Promise<void> {
    await this.record(lane, () => active.flush());
    const { job, destinationId, state } = active;
    // The end of another job may start it at once.
    this.leave(lane, run, job.jobId);
    lane.page.unshift({ job, destinationId, state });
    this.parts.onEvent({ kind: 'ended', how: 'again', job, state });
  }

  /** @returns whether it was recorded; with a full disk, nothing more should be sent */
  private async record(lane: Lane, write: () => Promise<void>): Promise<boolean> {
    try {
      await write();
      return true;
    } catch (error) {
      this.block(lane, unforeseen(error).problem);
      return false;
    }
  }

  private async runAgain(jobId: string): Promise<void> {
    const wanted = this.wantedAgain.get(jobId);
    if (!wanted || this.isClosed) return;
    this.wantedAgain.delete(jobId);
    await this.enqueue([wanted]);
  }
}

function isQuiet({ page, running, ending }: Lane): boolean {
  return page.length === 0 && running.size === 0 && ending.size === 0;
}

/** Undefined for a failure that is neither the network's nor caused by the server's load. */
function refusalOf({ verdict }: ObjectStoreError): RefusalKind | undefined {
  if (verdict === 'unreachable') return 'network';
  return verdict === 'throttle' ? 'throttled' : undefined;
}

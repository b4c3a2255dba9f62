import {
  DEFAULT_DESTINATION,
  DEFAULT_MAX_RETRIES,
  type FoundInBucket,
  type UploadReason,
  type JobState,
  type DestinationStatus,
} from '../../shared/upload';
import { gateReason, OPEN_GATE, startAtMs, type DestinationGate } from './destinationGate';
import type { ObjectStoreError } from '../objectStore/objectStore';
import type { FileIdentity } from '../transfer/fileIdentity';

/**
 * An active run. `pass` belongs to its destination's gate. `stopping` means that the run is being stopped while its
 * last request is in flight: after `cancelled` its results are ignored; after `paused`, which also sets it back in the
 * queue, every acknowledged part counts.
 */
export type Run = {
  jobId: string;
  runId: number;
  destinationId: string;
  pass: number;
  stopping: false | 'cancelled' | 'paused';
};

/** What is missing before uploads to a destination can start. */
export type Needed = Exclude<DestinationStatus, 'ready'> | 'DestinationUnknown';

export type Destination = { status: 'ready' | Needed; maxRetries: number; gate: DestinationGate };

/** How many jobs may run at once. A run that is being stopped counts until it has ended. */
export type QueueLimits = { inAll: number; perDestination: number };

export type QueueState = {
  /** Every job whose upload ever began, in any status. */
  items: Readonly<Record<string, JobState>>;
  runs: readonly Run[];
  lastRunId: number;
  limits: QueueLimits;
  /** By id. The jobs of a missing destination wait for it. */
  destinations: Readonly<Record<string, Destination>>;
  /**
   * The most bytes acknowledged so far, by job. Only more than that is progress; otherwise, a server that loses parts
   * would be retried forever.
   */
  furthestBytes: Readonly<Record<string, number>>;
};

export type QueueFailure = Pick<ObjectStoreError, 'verdict' | 'problem' | 'retryAfterMs' | 'httpStatus'>;

/**
 * A request to upload one job. `file` is the file as it is now, null if it does not exist. Without `destinationId`, the
 * job keeps its destination.
 */
export type Wish = { jobId: string; file: FileIdentity | null; destinationId?: string };

/**
 * What happened. `now` is epoch milliseconds. `paused`: all uploads were paused after this one was requested, so it
 * joins the queue paused. Events of an ended run have its old `runId` and are ignored. `jitter` is 0 to 1, see
 * `Refusal`. `profile` is the AWS profile whose keys are missing. Without `destinationId`, the default destination is
 * meant.
 */
export type QueueEvent = { now: number } & (
  | { kind: 'restored'; states: readonly JobState[] }
  | ({ kind: 'enqueued'; paused?: boolean } & Wish)
  | ({ kind: 'retried'; paused?: boolean } & Wish)
  | { kind: 'all-enqueued' | 'all-retried'; wishes: readonly Wish[]; paused?: boolean }
  | { kind: 'cancelled'; jobId: string }
  | { kind: 'paused'; jobIds: readonly string[] }
  | { kind: 'resumed'; jobIds: readonly string[] }
  | { kind: 'forgotten'; jobId: string }
  | { kind: 'patched'; runId: number; patch: Partial<JobState> }
  | { kind: 'succeeded'; runId: number; result: NonNullable<JobState['result']> }
  | { kind: 'failed'; runId: number; failure: QueueFailure; jitter?: number }
  | { kind: 'stopped'; runId: number }
  | { kind: 'aborts-sent'; jobId: string; uploadIds: readonly string[] }
  | { kind: 'checked'; jobId: string; uploadToken: string; found: FoundInBucket }
  | { kind: 'bundle-made'; jobId: string }
  | { kind: 'ticked' }
  | { kind: 'woken' }
  | {
      kind: 'settings-changed';
      destinationId?: string;
      destination: DestinationStatus;
      maxRetries: number;
    }
  | { kind: 'access-wait'; destinationId?: string; profile: string | undefined }
);

/** Side effects to perform. Persisting and announcing follow from the difference between the states. */
export type QueueEffect =
  | { kind: 'start'; jobId: string; runId: number }
  | { kind: 'stop'; runId: number }
  | { kind: 'send-aborts' }
  | { kind: 'wake-at'; atMs: number | null };

/** The new state, and the side effects to perform. */
export type Step = { state: QueueState; effects: QueueEffect[] };

/** One job at a time, and the default destination without settings. */
export const emptyQueue: QueueState = {
  items: {},
  runs: [],
  lastRunId: 0,
  limits: { inAll: 1, perDestination: 1 },
  destinations: {
    [DEFAULT_DESTINATION]: {
      status: 'NotConfigured',
      maxRetries: DEFAULT_MAX_RETRIES,
      gate: OPEN_GATE,
    },
  },
  furthestBytes: {},
};

export function destinationIdOf({ destinationId }: { destinationId?: string }): string {
  return destinationId ?? DEFAULT_DESTINATION;
}

export function destinationOf(state: QueueState, id: string): Destination | undefined {
  return ownOf(state.destinations, id);
}

export function itemOf(state: QueueState, jobId: string): JobState | undefined {
  return ownOf(state.items, jobId);
}

/** Ids come from the caller, so one may equal the name of an inherited property. */
export function ownOf<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** Why a job that joins the queue now cannot start yet. Its destination may have asked for a pause before. */
export function heldReason(state: QueueState, item: JobState, now: number): UploadReason | undefined {
  const gate = destinationOf(state, destinationIdOf(item))?.gate;
  const atMs = gate && startAtMs(gate, 0, now);
  return gate && atMs && atMs > now ? gateReason(gate) : undefined;
}

export function maxRetriesOf(state: QueueState, job: { destinationId?: string }): number {
  return destinationOf(state, destinationIdOf(job))?.maxRetries ?? DEFAULT_MAX_RETRIES;
}

const UNKNOWN: Destination = {
  status: 'DestinationUnknown',
  maxRetries: DEFAULT_MAX_RETRIES,
  gate: OPEN_GATE,
};

/** Returns the state with a changed gate; works even before the destination's settings are known. */
export function putGate(
  state: QueueState,
  destinationId: string,
  change: (gate: DestinationGate) => DestinationGate,
): QueueState {
  const known = destinationOf(state, destinationId) ?? UNKNOWN;
  const gate = change(known.gate);
  if (gate === known.gate) return state;
  return { ...state, destinations: { ...state.destinations, [destinationId]: { ...known, gate } } };
}

/** The state of an upload that has not begun. */
export function newJobState(jobId: string, now: number): JobState {
  return {
    jobId,
    status: 'not_uploaded',
    bytesUploaded: 0,
    totalBytes: 0,
    retryCount: 0,
    maxRetries: 0,
    createdAt: now,
    updatedAt: now,
    generation: 1,
    pendingAborts: [],
  };
}

/** The end of an item's timed wait in epoch milliseconds; null if it has none. */
export function waitsUntilMs(reason: UploadReason | undefined): number | null {
  return reason && 'untilMs' in reason ? reason.untilMs : null;
}

export const noProblem = { problem: undefined };

type Items = QueueState['items'];

/**
 * The items that changed between two states.
 * @param read states just loaded from disk, which do not count as changed
 */
export function changedItems(
  before: Items,
  after: Items,
  read: readonly JobState[],
): { was: JobState | undefined; item: JobState }[] {
  if (before === after) return [];
  const asRead = new Map(read.map((item) => [item.jobId, item]));
  return Object.values(after)
    .map((item) => ({ was: ownOf(before, item.jobId) ?? asRead.get(item.jobId), item }))
    .filter(({ was, item }) => was !== item);
}

/** Stops runs. Their jobs keep their state; `stopping` says how to treat later results of the runs. */
export function stopRuns(state: QueueState, stopped: readonly Run[], stopping: 'cancelled' | 'paused'): Step {
  if (stopped.length === 0) return { state, effects: [] };
  const runs = state.runs.map((run) => (stopped.includes(run) ? { ...run, stopping } : run));
  return { state: { ...state, runs }, effects: stopped.map(({ runId }) => ({ kind: 'stop', runId })) };
}

/** Puts uploading jobs back into the queue, each at its place, and stops their runs. */
export function setBack(
  state: QueueState,
  now: number,
  items: readonly JobState[],
  patch: Partial<JobState>,
): Step {
  const ids = new Set(items.map(({ jobId }) => jobId));
  const stopped = state.runs.filter(({ jobId, stopping }) => !stopping && ids.has(jobId));
  return stopRuns(putAll(state, now, items, { ...patch, status: 'pending' }), stopped, 'paused');
}

/** Returns the state with one item changed. */
export function put(state: QueueState, now: number, item: JobState, patch: Partial<JobState>): QueueState {
  return putAll(state, now, [item], patch);
}

/** Returns the state with the same change to several items. One by one, thousands would take minutes. */
export function putAll(
  state: QueueState,
  now: number,
  items: readonly JobState[],
  patch: Partial<JobState>,
): QueueState {
  return putEach(state, now, items, () => patch);
}

/** Like `putAll`, with a separate change for each. */
export function putEach(
  state: QueueState,
  now: number,
  items: readonly JobState[],
  patchOf: (item: JobState) => Partial<JobState>,
): QueueState {
  const changed = items.map((item) => [item.jobId, { ...item, ...patchOf(item), updatedAt: now }] as const);
  return { ...state, items: { ...state.items, ...Object.fromEntries(changed) } };
}

import type { FoundInBucket, UploadReason, JobState, DestinationStatus } from '../../shared/upload';
import type { StoreFailure } from '../objectStore/objectStore';
import type { FileIdentity } from '../transfer/fileIdentity';

/**
 * The run under way. `stopping` says why it is being stopped while its last request is not through: after `cancelled`
 * nothing of it counts any more, after `paused` every part it still gets acknowledged does.
 */
export type Run = { jobId: string; runId: number; stopping: false | 'cancelled' | 'paused' };

export type QueueState = {
  /** Every session whose upload ever began, whatever its status. */
  items: Readonly<Record<string, JobState>>;
  running: Run | null;
  lastRunId: number;
  destination: DestinationStatus;
  maxRetries: number;
  /** Waits in a row for which no attempt was charged, by session: they only make the waits longer. */
  patience: Readonly<Record<string, number>>;
  /** The most bytes acknowledged so far, by session: only more than that is progress, or a server that loses parts
   * would be tried for ever. */
  furthestBytes: Readonly<Record<string, number>>;
  /** Since when the endpoint has not been reached. Epoch milliseconds. */
  unreachableSinceMs: number | null;
};

export type QueueFailure = Pick<StoreFailure, 'verdict' | 'problem' | 'retryAfterMs'>;

/** A request to upload one session. `file` is the bundle as it stands now, null where there is none. */
export type Wish = { jobId: string; file: FileIdentity | null };

/**
 * What happened. `now` is epoch milliseconds; `paused`: all uploads were paused after this one was asked for, so it
 * joins the queue paused. Events of a run that is over carry their old `runId` and are ignored.
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
  | { kind: 'failed'; runId: number; failure: QueueFailure }
  | { kind: 'stopped'; runId: number }
  | { kind: 'aborts-sent'; jobId: string; uploadIds: readonly string[] }
  | { kind: 'checked'; jobId: string; uploadToken: string; found: FoundInBucket }
  | { kind: 'bundle-made'; jobId: string }
  | { kind: 'ticked' }
  | { kind: 'woken' }
  | { kind: 'settings-changed'; destination: DestinationStatus; maxRetries: number }
);

/** What the world has to do. Persisting and announcing follow from the difference of the states. */
export type QueueEffect =
  | { kind: 'start'; jobId: string; runId: number }
  | { kind: 'stop'; runId: number }
  | { kind: 'send-aborts' }
  | { kind: 'wake-at'; atMs: number | null };

export const emptyQueue: QueueState = {
  items: {},
  running: null,
  lastRunId: 0,
  destination: 'NotConfigured',
  maxRetries: 10,
  patience: {},
  furthestBytes: {},
  unreachableSinceMs: null,
};

export const MAX_BACKOFF_MS = 300_000;
export const LONGEST_NETWORK_WAIT_MS = 30_000;
/** The longest pause that a server may ask for. */
export const LONGEST_THROTTLE_WAIT_MS = 24 * 3_600_000;

/** `min(1000·2^retryCount, 300000)` ms. */
export function backoffMs(retryCount: number): number {
  return Math.min(1000 * 2 ** retryCount, MAX_BACKOFF_MS);
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

/** Until when an item waits by itself; null when it does not. Epoch milliseconds. */
export function waitsUntilMs(reason: UploadReason | undefined): number | null {
  return reason && 'untilMs' in reason ? reason.untilMs : null;
}

export const noProblem = { problem: undefined };

type Items = QueueState['items'];

/**
 * The items that are others now than they were before.
 * @param read states that come from disk as they are: they count as having been there
 */
export function changedItems(
  before: Items,
  after: Items,
  read: readonly JobState[],
): { was: JobState | undefined; item: JobState }[] {
  if (before === after) return [];
  const asRead = new Map(read.map((item) => [item.jobId, item]));
  return Object.values(after)
    .map((item) => ({ was: before[item.jobId] ?? asRead.get(item.jobId), item }))
    .filter(({ was, item }) => was !== item);
}

/** The state with one item changed. */
export function put(state: QueueState, now: number, item: JobState, patch: Partial<JobState>): QueueState {
  return putAll(state, now, [item], patch);
}

/** The state with the same change made to several items. One after the other, thousands would take minutes. */
export function putAll(
  state: QueueState,
  now: number,
  items: readonly JobState[],
  patch: Partial<JobState>,
): QueueState {
  const changed = items.map((item) => [item.jobId, { ...item, ...patch, updatedAt: now }] as const);
  return { ...state, items: { ...state.items, ...Object.fromEntries(changed) } };
}

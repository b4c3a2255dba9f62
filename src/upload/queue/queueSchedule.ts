import { largest, smallest } from '../../shared/extremes';
import type { DestinationStatus, UploadReason, JobState } from '../../shared/upload';
import { settingsNeeded } from '../uploadFailures';
import {
  noProblem,
  putAll,
  waitsUntilMs,
  LONGEST_NETWORK_WAIT_MS,
  LONGEST_THROTTLE_WAIT_MS,
  MAX_BACKOFF_MS,
  type QueueEffect,
  type QueueState,
} from './queueState';

/** Decides what runs next, and when to look again. */
export function schedule(state: QueueState, now: number): { state: QueueState; effects: QueueEffect[] } {
  const told = tellWhatIsNeeded(state, now);
  if (told.running || told.destination !== 'ready') return { state: told, effects: [lookAgainAt(null)] };
  const pending = Object.values(told.items).filter((item) => item.status === 'pending');
  const gateMs = hostGateMs(pending, now);
  const ready = gateMs === null ? pending.filter((item) => isDue(item, now)) : [];
  const next = ready.toSorted((a, b) => (a.enqueuedAt ?? 0) - (b.enqueuedAt ?? 0))[0];
  if (next) return start(told, next, now);
  const times = pending.map((item) => waitsUntilMs(item.reason)).filter((ms) => ms !== null);
  return { state: told, effects: [lookAgainAt(gateMs ?? (times.length > 0 ? smallest(times) : null))] };
}

const LONGEST_WAIT_MS: Record<UploadReason['kind'], number> = {
  backoff: MAX_BACKOFF_MS,
  network: LONGEST_NETWORK_WAIT_MS,
  throttled: LONGEST_THROTTLE_WAIT_MS,
  'needs-user': Infinity,
  file: Infinity,
  paused: Infinity,
};

/** While the one endpoint cannot be reached, or asked for quiet, every item waits. */
function hostGateMs(pending: readonly JobState[], now: number): number | null {
  const times = pending
    .filter(
      (item) => (item.reason?.kind === 'network' || item.reason?.kind === 'throttled') && !isDue(item, now),
    )
    .map(({ reason }) => waitsUntilMs(reason) ?? now);
  return times.length > 0 ? largest(times) : null;
}

function isDue({ reason }: JobState, now: number): boolean {
  if (reason?.kind === 'paused') return false;
  const untilMs = waitsUntilMs(reason);
  if (!reason || untilMs === null || untilMs <= now) return true;
  // The clock was set back: no wait was ever as long as this one has become.
  return untilMs - now > LONGEST_WAIT_MS[reason.kind];
}

function start(
  state: QueueState,
  item: JobState,
  now: number,
): { state: QueueState; effects: QueueEffect[] } {
  const { jobId } = item;
  const runId = state.lastRunId + 1;
  const uploading: JobState = {
    ...item,
    status: 'uploading',
    reason: undefined,
    maxRetries: state.maxRetries,
    lastAttemptAt: now,
    updatedAt: now,
    ...noProblem,
  };
  const items = { ...state.items, [jobId]: uploading };
  return {
    state: { ...state, items, lastRunId: runId, running: { jobId, runId, stopping: false } },
    effects: [{ kind: 'start', jobId, runId }, lookAgainAt(null)],
  };
}

/** Pending items say which settings they wait for, and stop saying so once those exist. */
function tellWhatIsNeeded(state: QueueState, now: number): QueueState {
  const { destination } = state;
  const untold = Object.values(state.items).filter(({ status, reason }) => {
    if (status !== 'pending' || reason?.kind === 'paused') return false;
    return (reason?.kind === 'needs-user' ? reason.code : 'ready') !== destination;
  });
  if (untold.length === 0) return state;
  return putAll(state, now, untold, destination === 'ready' ? readyAgain : waitFor(destination));
}

const readyAgain = { reason: undefined, ...noProblem };

function waitFor(code: Exclude<DestinationStatus, 'ready'>): Partial<JobState> {
  return { reason: { kind: 'needs-user', code }, problem: settingsNeeded(code) };
}

function lookAgainAt(atMs: number | null): QueueEffect {
  return { kind: 'wake-at', atMs };
}

import { smallest } from '../../shared/extremes';
import type { UploadReason, JobState } from '../../shared/upload';
import { settingsNeeded } from '../uploadFailures';
import {
  LONGEST_NETWORK_WAIT_MS,
  LONGEST_THROTTLE_WAIT_MS,
  MAX_BACKOFF_MS,
  noteStart,
  OPEN_GATE,
  startAtMs,
} from './destinationGate';
import {
  destinationIdOf,
  destinationOf,
  heldReason,
  itemOf,
  maxRetriesOf,
  noProblem,
  put,
  putAll,
  putEach,
  putGate,
  setBack,
  waitsUntilMs,
  type Destination,
  type Needed,
  type QueueEffect,
  type QueueState,
  type Step,
} from './queueState';

/** Decides what to start next, and when to check again. */
export function schedule(state: QueueState, now: number): Step {
  const told = tellWhatIsNeeded(state, now);
  if (isClosed(told)) return { state: told, effects: [lookAgainAt(null)] };
  const { due, nextMs } = findDue(told, now);
  const started = startAll(told, due, now);
  const { state: next, effects } = makeRoom(started.state, due, now);
  const atMs = isClosed(next) ? null : nextMs;
  return { state: next, effects: [...started.effects, ...effects, lookAgainAt(atMs)] };
}

/** Whether no other run can start until one ends. */
function isClosed(state: QueueState): boolean {
  return isFull(state) && !state.runs.some(({ destinationId }) => waitsForKeys(state, destinationId));
}

function isFull({ runs, limits }: QueueState): boolean {
  return runs.length >= limits.inAll;
}

const LONGEST_WAIT_MS: Record<UploadReason['kind'], number> = {
  backoff: MAX_BACKOFF_MS,
  network: LONGEST_NETWORK_WAIT_MS,
  throttled: LONGEST_THROTTLE_WAIT_MS,
  'needs-user': Infinity,
  file: Infinity,
  paused: Infinity,
};

/** The jobs that may start now, in order, and when the next one may. */
function findDue(state: QueueState, now: number): { due: JobState[]; nextMs: number | null } {
  const running = new Set(state.runs.map(({ jobId }) => jobId));
  const gates = new Map<string, number | null>();
  const due: JobState[] = [];
  const later: number[] = [];
  for (const item of Object.values(state.items)) {
    // A job does not run again while its last run is still ending.
    if (item.status !== 'pending' || item.reason?.kind === 'paused' || running.has(item.jobId)) continue;
    const id = destinationIdOf(item);
    if (!gates.has(id)) gates.set(id, opensAtMs(state, id, now));
    const gateMs = gates.get(id) ?? null;
    if (gateMs === null) continue;
    const readyMs = Math.max(gateMs, dueAtMs(item, now));
    if (readyMs <= now) due.push(item);
    else later.push(readyMs);
  }
  // A job that would only wait for keys must not take a place from another.
  const rank = (item: JobState) => Number(waitsForKeys(state, destinationIdOf(item)));
  const inOrder = due.toSorted((a, b) => rank(a) - rank(b) || (a.enqueuedAt ?? 0) - (b.enqueuedAt ?? 0));
  return { due: inOrder, nextMs: later.length > 0 ? smallest(later) : null };
}

/** When a destination accepts another run; null if that depends on the end of one of its runs, or on new settings. */
function opensAtMs(state: QueueState, id: string, now: number): number | null {
  const destination = destinationOf(state, id);
  if (destination?.status !== 'ready') return null;
  const running = state.runs.filter(({ destinationId }) => destinationId === id).length;
  return running < state.limits.perDestination ? startAtMs(destination.gate, running, now) : null;
}

function waitsForKeys(state: QueueState, id: string): boolean {
  return destinationOf(state, id)?.gate.waitsForProfile !== undefined;
}

function dueAtMs({ reason }: JobState, now: number): number {
  const untilMs = waitsUntilMs(reason);
  if (!reason || untilMs === null) return now;
  // The clock was set back: no wait is ever this long.
  return untilMs - now > LONGEST_WAIT_MS[reason.kind] ? now : untilMs;
}

/** Starts as many of `due` as limits and gates allow. */
function startAll(state: QueueState, due: readonly JobState[], now: number): Step {
  let next = state;
  const effects: QueueEffect[] = [];
  // Once a destination is closed, skips the rest of its jobs, because the queue may be long.
  const closed = new Set<string>();
  for (const item of due) {
    if (isFull(next)) break;
    const id = destinationIdOf(item);
    if (closed.has(id)) continue;
    if (!isOpen(next, id, now)) closed.add(id);
    else {
      const step = start(next, item, now);
      next = step.state;
      effects.push(step.effect);
    }
  }
  return { state: next, effects };
}

function isOpen(state: QueueState, id: string, now: number): boolean {
  const atMs = opensAtMs(state, id, now);
  return atMs !== null && atMs <= now;
}

/**
 * Runs that wait for their destination's keys must not block other destinations: if they take the last place, sets one
 * of them back in the queue, one at a time.
 */
function makeRoom(state: QueueState, due: readonly JobState[], now: number): Step {
  const none = { state, effects: [] };
  if (!isFull(state) || state.runs.some(({ stopping }) => stopping)) return none;
  const waiting = state.runs.findLast(({ destinationId }) => waitsForKeys(state, destinationId));
  const item = waiting && itemOf(state, waiting.jobId);
  const running = new Set(state.runs.map(({ jobId }) => jobId));
  const isHeldUp = (one: JobState) => {
    const id = destinationIdOf(one);
    return !running.has(one.jobId) && !waitsForKeys(state, id) && isOpen(state, id, now);
  };
  return item && due.some(isHeldUp) ? setBack(state, now, [item], {}) : none;
}

function start(state: QueueState, item: JobState, now: number): { state: QueueState; effect: QueueEffect } {
  const { jobId } = item;
  const destinationId = destinationIdOf(item);
  const runId = state.lastRunId + 1;
  const { gate, pass } = noteStart(destinationOf(state, destinationId)?.gate ?? OPEN_GATE);
  const uploading = put(
    putGate(state, destinationId, () => gate),
    now,
    item,
    {
      status: 'uploading',
      reason: undefined,
      maxRetries: maxRetriesOf(state, item),
      lastAttemptAt: now,
      ...noProblem,
    },
  );
  const run = { jobId, runId, destinationId, pass, stopping: false } as const;
  return {
    state: { ...uploading, lastRunId: runId, runs: [...state.runs, run] },
    effect: { kind: 'start', jobId, runId },
  };
}

/** Pending jobs say which settings are missing, until those exist. */
function tellWhatIsNeeded(state: QueueState, now: number): QueueState {
  const untold = new Map<Destination['status'], JobState[]>();
  for (const item of Object.values(state.items)) {
    const { status, reason } = item;
    if (status !== 'pending' || reason?.kind === 'paused') continue;
    const needed = destinationOf(state, destinationIdOf(item))?.status ?? 'DestinationUnknown';
    if ((reason?.kind === 'needs-user' ? reason.code : 'ready') === needed) continue;
    const list = untold.get(needed);
    if (list) list.push(item);
    else untold.set(needed, [item]);
  }
  let next = state;
  for (const [needed, items] of untold)
    next =
      needed === 'ready'
        ? putEach(next, now, items, (item) => ({ reason: heldReason(state, item, now), ...noProblem }))
        : putAll(next, now, items, waitFor(needed));
  return next;
}

function waitFor(code: Needed): Partial<JobState> {
  return { reason: { kind: 'needs-user', code }, problem: settingsNeeded(code) };
}

function lookAgainAt(atMs: number | null): QueueEffect {
  return { kind: 'wake-at', atMs };
}

import { largest } from '../../shared/extremes';
import { isLost, type UploadReason, type JobState } from '../../shared/upload';
import { sameContent, type FileIdentity } from '../transfer/fileIdentity';
import { abandonGeneration } from '../transfer/generation';
import { judgeFailure } from './judgeFailure';
import { schedule } from './queueSchedule';
import {
  newJobState,
  noProblem,
  put,
  putAll,
  type QueueEffect,
  type QueueEvent,
  type QueueState,
  type Wish,
} from './queueState';
import { noteBundle, noteCheck } from './outsideNews';
import { restoreItems } from './restoreItems';
import { objectOf, uploadedObject } from '../transfer/uploadedObject';

type Step = { state: QueueState; effects: QueueEffect[] };

/** The whole behaviour of the queue: what happened → what is now, and what the world has to do. */
export function reduceQueue(state: QueueState, event: QueueEvent): Step {
  const changed = applyEvent(state, event);
  const scheduled = schedule(changed.state, event.now);
  return { state: scheduled.state, effects: [...changed.effects, ...scheduled.effects] };
}

/** The first half of `reduceQueue`: what the event itself changes, before anything is begun (see `schedule`). */
export function applyEvent(state: QueueState, event: QueueEvent): Step {
  switch (event.kind) {
    case 'restored':
      return only(restoreItems(state, event.states, event.now), { kind: 'send-aborts' });
    case 'enqueued':
    case 'retried':
      return only(enqueue(state, [event], event));
    case 'all-enqueued':
    case 'all-retried':
      return only(enqueue(state, event.wishes, event));
    case 'cancelled':
      return cancel(state, event.jobId, event.now);
    case 'paused':
      return pause(state, event);
    case 'resumed':
      return only(resume(state, event));
    case 'forgotten':
      return only(forget(state, event.jobId));
    case 'patched':
    case 'succeeded':
    case 'failed':
    case 'stopped':
      return applyRun(state, event);
    case 'aborts-sent':
      return only(dropAborts(state, event));
    case 'checked':
      return only(noteCheck(state, event));
    case 'bundle-made':
      return only(noteBundle(state, event));
    case 'ticked':
      return only(state);
    case 'woken':
      return only(stopWaiting(state, event.now, ['backoff', 'network']), { kind: 'send-aborts' });
    case 'settings-changed': {
      const { destination, maxRetries } = event;
      const known = { ...state, destination, maxRetries };
      const next = stopWaiting(known, event.now, ['backoff', 'network', 'throttled']);
      return only(next, { kind: 'send-aborts' });
    }
  }
}

type RunEvent = Extract<QueueEvent, { runId: number }>;

function applyRun(state: QueueState, event: RunEvent): Step {
  const { running } = state;
  if (running?.runId !== event.runId) return only(state);
  const item = state.items[running.jobId];
  if (running.stopping === 'cancelled' || !item) {
    if (event.kind !== 'patched') return only({ ...state, running: null }, { kind: 'send-aborts' });
    return only(item ? rememberLateMultipart(state, item, event) : state);
  }
  if (running.stopping === 'paused' && (event.kind === 'failed' || event.kind === 'stopped'))
    return only({ ...state, running: null });
  switch (event.kind) {
    case 'patched':
      return only(patchRunning(state, item, event));
    case 'succeeded':
      return succeed(state, item, event);
    case 'failed':
      return fail(state, item, event);
    case 'stopped':
      return only(state);
  }
}

/** All in one step: one after the other, thousands would take minutes, and a pause could come in between. */
function enqueue(
  state: QueueState,
  wishes: readonly Wish[],
  { kind, paused, now }: Extract<QueueEvent, { wishes: readonly Wish[] } | Wish>,
): QueueState {
  const isRetry = kind === 'retried' || kind === 'all-retried';
  let place = nextPlace(state, now);
  const items: Record<string, JobState> = {};
  let next = state;
  for (const { jobId, file } of wishes) {
    const item = items[jobId] ?? state.items[jobId] ?? newJobState(jobId, now);
    if (isOnItsWay(item.status) || isUploadedAs(item, file)) continue;
    if (isRetry && item.status !== 'failed') continue;
    // Its bundle, or the whole session, went while the command prepared; its row says so.
    if (kind.startsWith('all-') && file === null) continue;
    next = startAfresh(next, jobId);
    items[jobId] = {
      ...item,
      status: 'pending',
      totalBytes: file?.size ?? 0,
      retryCount: 0,
      maxRetries: state.maxRetries,
      enqueuedAt: place,
      reason: paused ? { kind: 'paused' } : undefined,
      retryable: undefined,
      completedAt: undefined,
      uploaded: uploadedObject(item),
      claimed: undefined,
      ...(isLost(uploadedObject(item)) && beginAnew(item)),
      ...noProblem,
      updatedAt: now,
    };
    place += 1;
  }
  return { ...next, items: { ...state.items, ...items } };
}

/** What was sent is in the bucket no more, so nothing of that upload can be gone on with. */
function beginAnew(item: JobState): Partial<JobState> {
  const generation = item.generation + 1;
  return { ...abandonGeneration(item), file: undefined, uploadToken: undefined, generation };
}

/** A failed upload is dismissed by it. Whatever the status, a multipart upload becomes one that is to be aborted. */
function cancel(state: QueueState, jobId: string, now: number): Step {
  const item = state.items[jobId];
  const isUnfinished = item?.status === 'not_uploaded' && item.multipart !== undefined;
  if (!item || !(isOnItsWay(item.status) || item.status === 'failed' || isUnfinished)) return only(state);
  const cancelled = put(startAfresh(state, jobId), now, item, {
    // Without a token the next upload could not tell that this generation was used.
    ...beginAnew(item),
    status: 'not_uploaded',
    retryCount: 0,
    reason: undefined,
    retryable: undefined,
    ...noProblem,
  });
  const { running } = state;
  if (running?.jobId !== jobId || running.stopping === 'cancelled')
    return only(cancelled, { kind: 'send-aborts' });
  return only(
    { ...cancelled, running: { ...running, stopping: 'cancelled' } },
    { kind: 'stop', runId: running.runId },
  );
}

/** What was acknowledged stays where it is, and so does the place in the queue. */
function pause(
  state: QueueState,
  { jobIds, now }: Pick<Extract<QueueEvent, { kind: 'paused' }>, 'jobIds' | 'now'>,
): Step {
  const { running } = state;
  const onTheirWay = itemsOf(state, jobIds).filter(
    ({ status, reason }) => isOnItsWay(status) && reason?.kind !== 'paused',
  );
  const paused = putAll(state, now, onTheirWay, {
    status: 'pending',
    reason: { kind: 'paused' },
    ...noProblem,
  });
  if (!running || running.stopping || paused.items[running.jobId]?.reason?.kind !== 'paused')
    return only(paused);
  return only(
    { ...paused, running: { ...running, stopping: 'paused' } },
    { kind: 'stop', runId: running.runId },
  );
}

function resume(
  state: QueueState,
  { jobIds, now }: Pick<Extract<QueueEvent, { kind: 'resumed' }>, 'jobIds' | 'now'>,
): QueueState {
  const paused = itemsOf(state, jobIds).filter(({ reason }) => reason?.kind === 'paused');
  return putAll(state, now, paused, { reason: undefined });
}

function itemsOf(state: QueueState, jobIds: readonly string[]): JobState[] {
  return jobIds.flatMap((id) => state.items[id] ?? []);
}

function isOnItsWay(status: JobState['status']): boolean {
  return status === 'pending' || status === 'uploading';
}

/** An upload may become done while the wish to begin it is on its way: the same bundle is not sent twice. */
function isUploadedAs(item: JobState, file: FileIdentity | null): boolean {
  if (item.status !== 'done' || isLost(uploadedObject(item))) return false;
  return item.file !== undefined && file !== null && sameContent(item.file, file);
}

function forget(state: QueueState, jobId: string): QueueState {
  const { [jobId]: _gone, ...items } = state.items;
  return { ...startAfresh(state, jobId), items };
}

function patchRunning(
  state: QueueState,
  item: JobState,
  { patch, now }: { patch: Partial<JobState>; now: number },
): QueueState {
  const { jobId } = item;
  const bytes = patch.bytesUploaded ?? 0;
  if (bytes <= (state.furthestBytes[jobId] ?? item.bytesUploaded)) return put(state, now, item, patch);
  const furthestBytes = { ...state.furthestBytes, [jobId]: bytes };
  const calm = { ...setPatience(state, jobId, 0), unreachableSinceMs: null, furthestBytes };
  return put(calm, now, item, { ...patch, retryCount: 0, ...noProblem });
}

/** A multipart upload that became known while its cancellation was on the way must be aborted too. */
function rememberLateMultipart(
  state: QueueState,
  item: JobState,
  { patch, now }: { patch: Partial<JobState>; now: number },
): QueueState {
  const { pendingAborts } = abandonGeneration({ ...item, ...patch, pendingAborts: item.pendingAborts });
  return pendingAborts === item.pendingAborts ? state : put(state, now, item, { pendingAborts });
}

function succeed(
  state: QueueState,
  item: JobState,
  { result, now }: { result: NonNullable<JobState['result']>; now: number },
): Step {
  const free = { ...setPatience(state, item.jobId, 0), running: null, unreachableSinceMs: null };
  const done = put(free, now, item, {
    status: 'done',
    bytesUploaded: item.totalBytes,
    completedAt: now,
    result,
    uploaded: objectOf(item, result),
    multipart: undefined,
    reason: undefined,
    retryCount: 0,
    ...noProblem,
  });
  return only(done, { kind: 'send-aborts' });
}

function fail(state: QueueState, item: JobState, event: Extract<QueueEvent, { kind: 'failed' }>): Step {
  const { patch, patience, unreachableSinceMs } = judgeFailure(state, item, event.failure, event.now);
  const free = { ...setPatience(state, item.jobId, patience), running: null, unreachableSinceMs };
  return only(put(free, event.now, item, patch));
}

function dropAborts(
  state: QueueState,
  { jobId, uploadIds, now }: Extract<QueueEvent, { kind: 'aborts-sent' }>,
): QueueState {
  const item = state.items[jobId];
  if (!item) return state;
  const sent = new Set(uploadIds);
  const pendingAborts = item.pendingAborts.filter(({ uploadId }) => !sent.has(uploadId));
  return pendingAborts.length === item.pendingAborts.length
    ? state
    : put(state, now, item, { pendingAborts });
}

/** Ends countdowns: after a wake-up or new settings the old reason to wait may be gone. */
function stopWaiting(state: QueueState, now: number, kinds: readonly UploadReason['kind'][]): QueueState {
  const waiting = Object.values(state.items).filter(
    (item) => item.status === 'pending' && item.reason && kinds.includes(item.reason.kind),
  );
  return putAll({ ...state, patience: {} }, now, waiting, { reason: undefined });
}

/** After every other, even when the clock was set back. */
function nextPlace(state: QueueState, now: number): number {
  return largest(
    Object.values(state.items).map(({ enqueuedAt = 0 }) => enqueuedAt + 1),
    now,
  );
}

function setPatience(state: QueueState, jobId: string, waits: number): QueueState {
  const { [jobId]: _old, ...others } = state.patience;
  return { ...state, patience: waits === 0 ? others : { ...others, [jobId]: waits } };
}

function startAfresh(state: QueueState, jobId: string): QueueState {
  const { [jobId]: _old, ...furthestBytes } = state.furthestBytes;
  return { ...setPatience(state, jobId, 0), furthestBytes };
}

function only(state: QueueState, ...effects: QueueEffect[]): Step {
  return { state, effects };
}

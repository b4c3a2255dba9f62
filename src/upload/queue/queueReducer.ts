import { largest } from '../../shared/extremes';
import { isLost, type UploadReason, type JobState } from '../../shared/upload';
import { sameContent, type FileIdentity } from '../transfer/fileIdentity';
import { abandonGeneration } from '../transfer/generation';
import {
  gateReason,
  noteAccepted,
  noteEnd,
  noteFailure,
  noteSignInWait,
  OPEN_GATE,
  reopen,
} from './destinationGate';
import { judgeFailure } from './judgeFailure';
import { schedule } from './queueSchedule';
import {
  destinationIdOf,
  destinationOf,
  heldReason,
  itemOf,
  maxRetriesOf,
  newJobState,
  noProblem,
  ownOf,
  put,
  putAll,
  putEach,
  putGate,
  setBack,
  stopRuns,
  type QueueEffect,
  type QueueEvent,
  type QueueState,
  type Run,
  type Step,
  type Wish,
} from './queueState';
import { restoreItems } from './restoreItems';
import { objectOf, uploadedObject, withAnswer } from '../transfer/uploadedObject';

/** The whole behavior of the queue: maps a state and an event to a new state and side effects. */
export function reduceQueue(state: QueueState, event: QueueEvent): Step {
  const changed = applyEvent(state, event);
  const scheduled = schedule(changed.state, event.now);
  return { state: scheduled.state, effects: [...changed.effects, ...scheduled.effects] };
}

/** The first half of `reduceQueue`: the event's own changes, before any upload starts (see `schedule`). */
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
      return only(endLostNetworks(state, event.now), { kind: 'send-aborts' });
    case 'settings-changed':
      return only(changeSettings(state, event), { kind: 'send-aborts' });
    case 'access-wait':
      return only(putGate(state, destinationIdOf(event), (gate) => noteSignInWait(gate, event.profile)));
  }
}

type RunEvent = Extract<QueueEvent, { runId: number }>;

function applyRun(state: QueueState, event: RunEvent): Step {
  const run = state.runs.find(({ runId }) => runId === event.runId);
  if (!run) return only(state);
  const item = itemOf(state, run.jobId);
  if (run.stopping === 'cancelled' || !item) {
    if (event.kind !== 'patched') return only(endRun(state, run), { kind: 'send-aborts' });
    return only(item ? rememberLateMultipart(state, run, item, event) : state);
  }
  if (run.stopping === 'paused' && (event.kind === 'failed' || event.kind === 'stopped'))
    return only(endRun(state, run));
  switch (event.kind) {
    case 'patched':
      return only(patchRunning(state, run, item, event));
    case 'succeeded':
      return succeed(state, run, item, event);
    case 'failed':
      return only(fail(state, run, item, event));
    case 'stopped':
      return only(state);
  }
}

function endRun(state: QueueState, run: Run): QueueState {
  const runs = state.runs.filter((other) => other !== run);
  return putGate({ ...state, runs }, run.destinationId, (gate) => noteEnd(gate, run.pass));
}

/** In one step: one by one, thousands would take minutes, and a pause could come in between. */
function enqueue(
  state: QueueState,
  wishes: readonly Wish[],
  { kind, paused, now }: Extract<QueueEvent, { wishes: readonly Wish[] } | Wish>,
): QueueState {
  const isRetry = kind === 'retried' || kind === 'all-retried';
  let place = nextPlace(state, now);
  const items = Object.create(null) as Record<string, JobState>;
  let next = state;
  for (const { jobId, file, destinationId } of wishes) {
    const item = items[jobId] ?? itemOf(state, jobId) ?? newJobState(jobId, now);
    const moves = destinationId !== undefined && destinationId !== destinationIdOf(item);
    if (isOnItsWay(item.status) || (!moves && isUploadedAs(item, file))) continue;
    if (isRetry && item.status !== 'failed') continue;
    // Its bundle, or the whole session, was deleted while the command prepared; its row says so.
    if (kind.startsWith('all-') && file === null) continue;
    next = startAfresh(next, jobId);
    const directed = moves ? { ...item, ...beginAnew(item), destinationId } : item;
    items[jobId] = {
      ...directed,
      status: 'pending',
      totalBytes: file?.size ?? 0,
      retryCount: 0,
      maxRetries: maxRetriesOf(state, directed),
      enqueuedAt: place,
      reason: paused ? { kind: 'paused' } : heldReason(state, directed, now),
      retryable: undefined,
      completedAt: undefined,
      uploaded: uploadedObject(item),
      claimed: undefined,
      ...(isLost(uploadedObject(item)) && beginAnew(directed)),
      ...noProblem,
      updatedAt: now,
    };
    place += 1;
  }
  return { ...next, items: { ...state.items, ...items } };
}

/** Discards the upload so far; its leftovers on the server must be aborted. */
function beginAnew(item: JobState): Partial<JobState> {
  const generation = item.generation + 1;
  return { ...abandonGeneration(item), file: undefined, uploadToken: undefined, generation };
}

/** Also dismisses a failed upload. In any status, marks a multipart upload to be aborted. */
function cancel(state: QueueState, jobId: string, now: number): Step {
  const item = itemOf(state, jobId);
  const isUnfinished = item?.status === 'not_uploaded' && item.multipart !== undefined;
  if (!item || !(isOnItsWay(item.status) || item.status === 'failed' || isUnfinished)) return only(state);
  const cancelled = put(startAfresh(state, jobId), now, item, {
    // Without a token, the next upload would not know that this generation was used.
    ...beginAnew(item),
    status: 'not_uploaded',
    retryCount: 0,
    reason: undefined,
    retryable: undefined,
    ...noProblem,
  });
  const run = state.runs.find((one) => one.jobId === jobId);
  if (!run || run.stopping === 'cancelled') return only(cancelled, { kind: 'send-aborts' });
  return stopRuns(cancelled, [run], 'cancelled');
}

/** Keeps the acknowledged data and the place in the queue. */
function pause(
  state: QueueState,
  { jobIds, now }: Pick<Extract<QueueEvent, { kind: 'paused' }>, 'jobIds' | 'now'>,
): Step {
  const onTheirWay = itemsOf(state, jobIds).filter(
    ({ status, reason }) => isOnItsWay(status) && reason?.kind !== 'paused',
  );
  return setBack(state, now, onTheirWay, { reason: { kind: 'paused' }, ...noProblem });
}

function resume(
  state: QueueState,
  { jobIds, now }: Pick<Extract<QueueEvent, { kind: 'resumed' }>, 'jobIds' | 'now'>,
): QueueState {
  const paused = itemsOf(state, jobIds).filter(({ reason }) => reason?.kind === 'paused');
  return putEach(state, now, paused, (item) => ({ reason: heldReason(state, item, now) }));
}

function itemsOf(state: QueueState, jobIds: readonly string[]): JobState[] {
  return jobIds.flatMap((id) => itemOf(state, id) ?? []);
}

function isOnItsWay(status: JobState['status']): boolean {
  return status === 'pending' || status === 'uploading';
}

/** An upload may finish while a request to start it is in flight: the same bundle is not sent twice. */
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
  run: Run,
  item: JobState,
  { patch, now }: { patch: Partial<JobState>; now: number },
): QueueState {
  const { jobId } = item;
  const bytes = patch.bytesUploaded ?? 0;
  if (bytes <= (ownOf(state.furthestBytes, jobId) ?? item.bytesUploaded)) return put(state, now, item, patch);
  const furthestBytes = { ...state.furthestBytes, [jobId]: bytes };
  const accepted = accept({ ...state, furthestBytes }, run, now);
  // If the job was paused and resumed meanwhile, this run did not cause its wait.
  const noFault = item.status === 'uploading' ? noProblem : {};
  return put(accepted, now, item, { ...patch, retryCount: 0, ...noFault });
}

/** A multipart upload that becomes known after its job was cancelled must be aborted too. */
function rememberLateMultipart(
  state: QueueState,
  run: Run,
  item: JobState,
  { patch, now }: { patch: Partial<JobState>; now: number },
): QueueState {
  // The job may be going to another destination by now.
  const destinationId = destinationIdOf(item) === run.destinationId ? item.destinationId : run.destinationId;
  const late = { ...item, ...patch, destinationId, pendingAborts: item.pendingAborts };
  const { pendingAborts } = abandonGeneration(late);
  return pendingAborts === item.pendingAborts ? state : put(state, now, item, { pendingAborts });
}

function accept(state: QueueState, { destinationId, pass }: Run, now: number): QueueState {
  return putGate(state, destinationId, (gate) => noteAccepted(gate, pass, now));
}

function succeed(
  state: QueueState,
  run: Run,
  item: JobState,
  { result, now }: { result: NonNullable<JobState['result']>; now: number },
): Step {
  const done = put(endRun(accept(state, run, now), run), now, item, {
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

function fail(
  state: QueueState,
  run: Run,
  item: JobState,
  { failure, jitter, now }: Extract<QueueEvent, { kind: 'failed' }>,
): QueueState {
  const { destinationId, pass } = run;
  const { verdict, httpStatus, retryAfterMs } = failure;
  const facts = { verdict, httpStatus, retryAfterMs, jitter };
  const noted = putGate(state, destinationId, (gate) => noteFailure(gate, pass, facts, now));
  const { gate = OPEN_GATE, maxRetries = item.maxRetries } = destinationOf(noted, destinationId) ?? {};
  const patch = judgeFailure(item, failure, { gate, maxRetries, now });
  const freed = { ...noted, runs: noted.runs.filter((other) => other !== run) };
  return tellHeld(put(freed, now, item, patch), destinationId, now);
}

/** Updates the end of the wait of all jobs behind the same gate, even if it is later than before. */
function tellHeld(state: QueueState, destinationId: string, now: number): QueueState {
  const gate = destinationOf(state, destinationId)?.gate;
  const reason = gate && gateReason(gate);
  if (!reason || !('untilMs' in reason)) return state;
  const held = Object.values(state.items).filter(
    (item) =>
      item.status === 'pending' &&
      destinationIdOf(item) === destinationId &&
      (item.reason?.kind === 'network' || item.reason?.kind === 'throttled') &&
      item.reason.untilMs < reason.untilMs,
  );
  return held.length === 0 ? state : putAll(state, now, held, { reason });
}

function dropAborts(
  state: QueueState,
  { jobId, uploadIds, now }: Extract<QueueEvent, { kind: 'aborts-sent' }>,
): QueueState {
  const item = itemOf(state, jobId);
  if (!item) return state;
  const sent = new Set(uploadIds);
  const pendingAborts = item.pendingAborts.filter(({ uploadId }) => !sent.has(uploadId));
  return pendingAborts.length === item.pendingAborts.length
    ? state
    : put(state, now, item, { pendingAborts });
}

/** After a wake-up, the network may be back. */
function endLostNetworks(state: QueueState, now: number): QueueState {
  const ids = Object.keys(state.destinations);
  const reopened = ids.reduce((next, id) => putGate(next, id, (gate) => reopen(gate, ['network'])), state);
  return stopWaiting(reopened, now, ['backoff', 'network'], () => true);
}

/** With new settings, the destination's jobs may no longer have to wait. */
function changeSettings(
  state: QueueState,
  event: Extract<QueueEvent, { kind: 'settings-changed' }>,
): QueueState {
  const id = destinationIdOf(event);
  const known = destinationOf(state, id);
  const before = known?.gate ?? OPEN_GATE;
  // The first settings do not reopen the gate: they changed nothing for the server.
  const isFirst = !known || known.status === 'DestinationUnknown';
  const gate = isFirst ? before : reopen(before, ['network', 'throttled']);
  const destination = { status: event.destination, maxRetries: event.maxRetries, gate };
  const next = { ...state, destinations: { ...state.destinations, [id]: destination } };
  if (isFirst) return next;
  const isOurs = (item: JobState) => destinationIdOf(item) === id;
  return stopWaiting(next, event.now, ['backoff', 'network', 'throttled'], isOurs);
}

/** Ends countdowns. */
function stopWaiting(
  state: QueueState,
  now: number,
  kinds: readonly UploadReason['kind'][],
  isMeant: (item: JobState) => boolean,
): QueueState {
  const waiting = Object.values(state.items).filter(
    (item) => item.status === 'pending' && item.reason && kinds.includes(item.reason.kind) && isMeant(item),
  );
  return putAll(state, now, waiting, { reason: undefined });
}

/** After every other place, even if the clock was set back. */
function nextPlace(state: QueueState, now: number): number {
  return largest(
    Object.values(state.items).map(({ enqueuedAt = 0 }) => enqueuedAt + 1),
    now,
  );
}

function startAfresh(state: QueueState, jobId: string): QueueState {
  if (ownOf(state.furthestBytes, jobId) === undefined) return state;
  const { [jobId]: _old, ...furthestBytes } = state.furthestBytes;
  return { ...state, furthestBytes };
}

function only(state: QueueState, ...effects: QueueEffect[]): Step {
  return { state, effects };
}

/** The bucket was checked for one of our objects. Leaves the state unchanged if a newer object is recorded since. */
function noteCheck(
  state: QueueState,
  { jobId, uploadToken, found, now }: Extract<QueueEvent, { kind: 'checked' }>,
): QueueState {
  const item = itemOf(state, jobId);
  const object = uploadedObject(item);
  if (!item || object?.uploadToken !== uploadToken) return state;
  return put(state, now, item, { uploaded: withAnswer(object, found, now), claimed: undefined });
}

/** The bundle exists again: an upload that failed without it can start again, and its error is cleared. */
function noteBundle(
  state: QueueState,
  { jobId, now }: Extract<QueueEvent, { kind: 'bundle-made' }>,
): QueueState {
  const item = itemOf(state, jobId);
  if (item?.status !== 'failed' || item.reason?.kind !== 'file') return state;
  return put(state, now, item, {
    status: 'not_uploaded',
    reason: undefined,
    retryable: undefined,
    retryCount: 0,
    ...noProblem,
  });
}

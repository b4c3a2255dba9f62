import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JobState } from '../../../src/shared/upload';
import type { Verdict } from '../../../src/upload/objectStore/objectStore';
import { reduceQueue } from '../../../src/upload/queue/queueReducer';
import {
  emptyQueue,
  type QueueEvent,
  type QueueFailure,
  type QueueLimits,
  type QueueState,
  type Run,
} from '../../../src/upload/queue/queueState';
import { BUNDLE, fail } from './queueScript';

const JOBS = ['j1', 'j2', 'j3', 'j4', 'j5', 'j6', 'j7', 'j8', 'j9'];
/** The last one is set up late, or never. */
const DESTINATIONS = ['home', 'office', 'late'];

const destinationFor = (jobId: string) => DESTINATIONS[Math.floor(JOBS.indexOf(jobId) / 4)]!;

const severalWorld = fc.record({
  limits: fc.constantFrom(
    { inAll: 1, perDestination: 1 },
    { inAll: 2, perDestination: 2 },
    { inAll: 3, perDestination: 2 },
    { inAll: 6, perDestination: 3 },
  ),
  script: fc.array(
    fc.record({
      pick: fc.nat(7200),
      elapsedMs: fc.oneof(fc.constant(0), fc.nat(3000), fc.nat(100_000)),
      retryAfterMs: fc.option(fc.nat(90_000), { nil: undefined }),
      jitter: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      what: fc.oneof(
        {
          weight: 4,
          arbitrary: fc.constantFrom('enqueue all', 'enqueue all', 'enqueue', 'cancel', 'pause', 'resume'),
        },
        {
          weight: 4,
          arbitrary: fc.constantFrom('tick', 'progress', 'succeed', 'end', 'retry-fault', 'needs-user'),
        },
        {
          weight: 4,
          arbitrary: fc.constantFrom('throttle', 'throttle', 'unreachable', 'tick', 'tick', 'tick'),
        },
        { weight: 2, arbitrary: fc.constantFrom('keys awaited', 'keys awaited', 'keys there') },
        { weight: 1, arbitrary: fc.constantFrom('wake', 'settings', 'unset') },
      ),
    }),
    { minLength: 20, maxLength: 120, size: 'max' },
  ),
});
type Beat = { pick: number; elapsedMs: number; retryAfterMs?: number; jitter: number; what: string };
type SeveralStep = ReturnType<typeof reduceQueue> & { event: QueueEvent; before: QueueState; now: number };

function several(limits: QueueLimits): QueueState {
  const settings = DESTINATIONS.slice(0, 2).map((id) => settingsOf(id, 'ready', 0));
  return settings.reduce((state, event) => reduceQueue(state, event).state, { ...emptyQueue, limits });
}

function settingsOf(destinationId: string, destination: 'ready' | 'SecretMissing', now: number): QueueEvent {
  return { kind: 'settings-changed', destinationId, destination, maxRetries: 3, now };
}

function playSeveral({ limits, script }: { limits: QueueLimits; script: readonly Beat[] }): SeveralStep[] {
  let before = several(limits);
  let now = 1;
  return script.map((beat) => {
    now += beat.elapsedMs;
    const event = severalEvent(beat, before, now);
    const step = { ...reduceQueue(before, event), event, before, now };
    before = step.state;
    return step;
  });
}

function severalEvent(
  { pick, what, retryAfterMs, jitter }: Beat,
  state: QueueState,
  now: number,
): QueueEvent {
  const jobId = JOBS[pick % JOBS.length]!;
  const destinationId = destinationFor(jobId);
  const run = state.runs[pick % Math.max(1, state.runs.length)];
  switch (what) {
    case 'enqueue':
      return { kind: 'enqueued', jobId, file: { size: 9, mtimeMs: now }, destinationId, now };
    case 'enqueue all': {
      const wishes = JOBS.map((id) => ({
        jobId: id,
        file: { size: 9, mtimeMs: now },
        destinationId: destinationFor(id),
      }));
      return { kind: 'all-enqueued', wishes, now };
    }
    case 'cancel':
      return { kind: 'cancelled', jobId, now };
    case 'pause':
      return { kind: 'paused', jobIds: [jobId], now };
    case 'resume':
      return { kind: 'resumed', jobIds: JOBS, now };
    case 'wake':
      return { kind: 'woken', now };
    case 'settings':
      return settingsOf(destinationId, 'ready', now);
    case 'unset':
      return settingsOf('home', 'SecretMissing', now);
    case 'keys awaited':
      return { kind: 'access-wait', destinationId, profile: 'team', now };
    case 'keys there':
      return { kind: 'access-wait', destinationId, profile: undefined, now };
    default:
      return run ? runEvent(what, run, state, { retryAfterMs, jitter, now }) : { kind: 'ticked', now };
  }
}

function runEvent(
  what: string,
  { runId, jobId, stopping }: Run,
  state: QueueState,
  { retryAfterMs, jitter, now }: { retryAfterMs?: number; jitter: number; now: number },
): QueueEvent {
  if (stopping && what !== 'progress' && what !== 'tick') return { kind: 'stopped', runId, now };
  const failed = (verdict: Verdict): QueueEvent =>
    ({ ...fail(runId, verdict, now, retryAfterMs), jitter }) as QueueEvent;
  switch (what) {
    case 'progress':
      return {
        kind: 'patched',
        runId,
        patch: { bytesUploaded: (state.items[jobId]?.bytesUploaded ?? 0) + 1 },
        now,
      };
    case 'succeed':
      return { kind: 'succeeded', runId, result: { etag: 'e', verifiedAt: now }, now };
    case 'retry-fault':
    case 'end':
      return failed('retry');
    case 'unreachable':
      return failed('unreachable');
    case 'throttle':
      return failed('throttle');
    case 'needs-user':
      return failed('needs-user');
    default:
      return { kind: 'ticked', now };
  }
}

const goesTo = (item: JobState | undefined) => item?.destinationId ?? 'default';
const runsTo = ({ runs }: QueueState, id: string) => runs.filter(({ destinationId }) => destinationId === id);
const awaitsKeys = ({ destinations }: QueueState, id: string) =>
  destinations[id]?.gate.waitsForProfile !== undefined;

/** Pending jobs that only limits and gates may hold back, by the order in which they were asked for. */
function dueJobs(state: QueueState, id: string, now: number): JobState[] {
  const running = new Set(state.runs.map(({ jobId }) => jobId));
  return Object.values(state.items)
    .filter((item) => {
      if (item.status !== 'pending' || running.has(item.jobId) || goesTo(item) !== id) return false;
      const { reason } = item;
      return reason === undefined || ('untilMs' in reason && reason.untilMs <= now);
    })
    .toSorted((a, b) => a.enqueuedAt! - b.enqueuedAt!);
}

/** `afterRun`: runs that started later probe. `quietUntilMs`: the end of the longest pause that was asked for. */
type Refused = { afterRun: number; quietUntilMs: number; isNetwork: boolean };

/** The destinations that have refused a run and taken nothing of a later one, as told by the events alone. */
class Refusals extends Map<string, Refused> {
  note({ event, before, now }: SeveralStep): void {
    if (event.kind === 'settings-changed') this.delete(event.destinationId!);
    if (event.kind === 'woken') for (const [id, { isNetwork }] of [...this]) if (isNetwork) this.delete(id);
    if (!('runId' in event)) return;
    const run = before.runs.find(({ runId }) => runId === event.runId);
    if (!run || run.stopping === 'cancelled') return;
    if (event.kind === 'failed' && !run.stopping) this.noteFailure(run, before, event.failure, now);
    if (event.kind === 'succeeded' || event.kind === 'patched') this.noteProgress(run, before, now);
  }

  private noteFailure(
    { destinationId: id, runId }: Run,
    { lastRunId }: QueueState,
    { verdict, retryAfterMs = 0 }: QueueFailure,
    now: number,
  ): void {
    if (verdict !== 'throttle' && verdict !== 'unreachable') return;
    const known = this.get(id);
    const isNews = !known || runId > known.afterRun;
    const quietUntilMs = Math.max(known?.quietUntilMs ?? 0, verdict === 'throttle' ? now + retryAfterMs : 0);
    const isNetwork = verdict === 'unreachable' && (isNews ? quietUntilMs <= now : known.isNetwork);
    this.set(id, { afterRun: isNews ? lastRunId : known.afterRun, quietUntilMs, isNetwork });
  }

  private noteProgress({ destinationId: id, runId }: Run, { lastRunId }: QueueState, now: number): void {
    const known = this.get(id);
    if (!known || runId <= known.afterRun) return;
    if (known.quietUntilMs <= now) this.delete(id);
    else this.set(id, { ...known, afterRun: lastRunId });
  }
}

test('several destinations never have more runs than the limits, and never two of one job', () => {
  fc.assert(
    fc.property(severalWorld, (world) => {
      for (const { state } of playSeveral(world)) {
        const { inAll, perDestination } = world.limits;
        const counts = DESTINATIONS.map((id) => runsTo(state, id).length);
        const running = state.runs.map(({ jobId }) => jobId);
        const isWithin = running.length <= inAll && counts.every((count) => count <= perDestination);
        const uploading = Object.values(state.items).filter(({ status }) => status === 'uploading');
        const going = state.runs.filter(({ stopping }) => !stopping);
        const ids = (of: readonly { jobId: string }[]) => of.map(({ jobId }) => jobId).toSorted();
        expect({ isWithin, jobs: new Set(running).size, uploading: ids(uploading) }).toEqual({
          isWithin: true,
          jobs: running.length,
          uploading: ids(going),
        });
      }
    }),
    { numRuns: 300 },
  );
});

test('no job of several destinations is lost: in the end each is uploaded, or says what it waits for', () => {
  fc.assert(
    fc.property(severalWorld, (world) => {
      const steps = playSeveral(world);
      let state = steps.at(-1)?.state ?? several(world.limits);
      let now = steps.at(-1)?.now ?? 1;
      const play = (event: QueueEvent) => {
        const step = reduceQueue(state, event);
        for (const jobId of Object.keys(state.items)) expect(step.state.items).toHaveProperty(jobId);
        state = step.state;
        return step.effects.findLast(({ kind }) => kind === 'wake-at');
      };
      for (const destinationId of DESTINATIONS)
        play({ kind: 'access-wait', destinationId, profile: undefined, now });
      for (let round = 0; round < 40; round++) {
        for (const run of state.runs) play(runEvent('succeed', run, state, { jitter: 0, now }));
        const wake = play({ kind: 'ticked', now });
        if (wake?.kind === 'wake-at' && wake.atMs !== null) now = wake.atMs;
      }
      expect(state.runs).toEqual([]);
      for (const { status, reason, problem } of Object.values(state.items)) {
        if (status !== 'pending') continue;
        expect(['paused', 'needs-user']).toContain(reason?.kind);
        if (reason?.kind === 'needs-user') expect(problem?.code).toBe(reason.code);
      }
    }),
    { numRuns: 300 },
  );
});

test('jobs start in the order they were asked for, within each destination', () => {
  fc.assert(
    fc.property(severalWorld, (world) => {
      for (const { state, effects, now } of playSeveral(world)) {
        for (const effect of effects) {
          if (effect.kind !== 'start') continue;
          const started = state.items[effect.jobId]!;
          const [first] = dueJobs(state, goesTo(started), now);
          if (first) expect(first.enqueuedAt).toBeGreaterThan(started.enqueuedAt!);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('a destination that asked for quiet gets all of it, then one probe before the others', () => {
  fc.assert(
    fc.property(severalWorld, (world) => {
      const refusals = new Refusals();
      for (const step of playSeveral(world)) {
        refusals.note(step);
        for (const effect of step.effects) {
          if (effect.kind !== 'start') continue;
          const id = goesTo(step.state.items[effect.jobId]);
          expect(step.now).toBeGreaterThanOrEqual(refusals.get(id)?.quietUntilMs ?? 0);
        }
        for (const [id, { afterRun }] of refusals) {
          const probes = runsTo(step.state, id).filter(({ runId }) => runId > afterRun);
          expect(probes.length).toBeLessThanOrEqual(1);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('a destination that refuses, or whose keys are waited for, delays no other', () => {
  fc.assert(
    fc.property(severalWorld, (world) => {
      const refusals = new Refusals();
      for (const step of playSeveral(world)) {
        refusals.note(step);
        const { state, now } = step;
        for (const id of DESTINATIONS) {
          if (state.destinations[id]?.status !== 'ready') continue;
          if (refusals.has(id) || awaitsKeys(state, id)) continue;
          if (dueJobs(state, id, now).length === 0) continue;
          if (runsTo(state, id).length >= world.limits.perDestination) continue;
          // Only runs that can send hold the last places, or one that cannot is making room.
          expect(state.runs).toHaveLength(world.limits.inAll);
          const idle = state.runs.filter(({ destinationId }) => awaitsKeys(state, destinationId));
          if (idle.length > 0) expect(state.runs.some(({ stopping }) => stopping)).toBe(true);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('a job says that its destination is not known, and is uploaded once it is', () => {
  const queue = several({ inAll: 1, perDestination: 1 });
  const wish = { jobId: 'j1', file: BUNDLE, destinationId: 'late' };
  const { state } = reduceQueue(queue, { kind: 'enqueued', ...wish, now: 1 });
  expect(state.items.j1).toMatchObject({
    status: 'pending',
    reason: { kind: 'needs-user', code: 'DestinationUnknown' },
    problem: { code: 'DestinationUnknown' },
  });
  expect(reduceQueue(state, settingsOf('late', 'ready', 2)).state.items.j1).toMatchObject({
    status: 'uploading',
    maxRetries: 3,
    problem: undefined,
  });
});

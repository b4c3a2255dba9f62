import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toJob, toSession } from '../../../src/main/upload/sessionStates';
import { applyEvent } from '../../../src/upload/queue/queueReducer';
import type { QueueEvent } from '../../../src/upload/queue/queueState';
import * as z from 'zod/mini';
import { uploadStateSchema } from '../../../src/shared/upload';
import { ObjectStoreError, type Verdict } from '../../../src/upload/objectStore/objectStore';
import { BUNDLE, enqueue, fail, IDS, last, play, ready, type Serial, type Step } from './queueScript';

/** A script of the world: run events are aimed at the current run, as the real runner does. */
const world = fc.array(
  fc.record({
    pick: fc.constantFrom(...IDS),
    elapsedMs: fc.nat(400_000),
    what: fc.constantFrom(
      'enqueue',
      'retry',
      'cancel',
      'pause',
      'resume',
      'tick',
      'wake',
      'settings',
      'progress',
      'succeed',
      'stopped',
      'stale',
      'retry-fault',
      'unreachable',
      'throttle',
      'needs-user',
    ),
  }),
  { maxLength: 80 },
);

function playWorld(
  script: readonly { pick: string; elapsedMs: number; what: string }[],
  maxRetries = 3,
): Step[] {
  const steps = play([ready(maxRetries)]);
  let now = 0;
  for (const { pick, elapsedMs, what } of script) {
    now += elapsedMs;
    const state = last(steps);
    const runId = what === 'stale' ? state.lastRunId - 1 : (state.running?.runId ?? state.lastRunId);
    const event = toEvent(what, pick, runId, now, state, maxRetries);
    steps.push(...play([event], state));
  }
  return steps;
}

function toEvent(
  what: string,
  jobId: string,
  runId: number,
  now: number,
  state: Serial,
  maxRetries: number,
): QueueEvent {
  const uploading = state.running && state.items[state.running.jobId];
  const verdicts = {
    'retry-fault': 'retry',
    unreachable: 'unreachable',
    throttle: 'throttle',
    'needs-user': 'needs-user',
  };
  if (what in verdicts) return fail(runId, verdicts[what as keyof typeof verdicts] as Verdict, now);
  switch (what) {
    case 'enqueue':
      return enqueue(jobId, now);
    case 'retry':
      return { kind: 'retried', jobId, file: BUNDLE, now };
    case 'cancel':
      return { kind: 'cancelled', jobId, now };
    case 'pause':
      return { kind: 'paused', jobIds: [jobId, ...IDS.slice(0, now % 3)], now };
    case 'resume':
      return { kind: 'resumed', jobIds: [jobId], now };
    case 'wake':
      return { kind: 'woken', now };
    case 'settings':
      return ready(maxRetries, now);
    case 'progress':
      return { kind: 'patched', runId, patch: { bytesUploaded: (uploading?.bytesUploaded ?? 0) + 1 }, now };
    case 'succeed':
    case 'stale':
      return { kind: 'succeeded', runId, result: { etag: 'e', verifiedAt: now }, now };
    case 'stopped':
      return { kind: 'stopped', runId, now };
    default:
      return { kind: 'ticked', now };
  }
}

describe('whatever happens', () => {
  test('a paused upload stays so until it is resumed, cancelled, or found to be through', () => {
    fc.assert(
      fc.property(world, (script) => {
        for (const { event, before, after } of playWorld(script)) {
          for (const item of Object.values(before.items)) {
            if (item.reason?.kind !== 'paused') continue;
            const now = after.items[item.jobId]!;
            if (now.reason?.kind === 'paused') expect(now.status).toBe('pending');
            else expect(['resumed', 'cancelled', 'succeeded']).toContain(event.kind);
          }
        }
      }),
    );
  });

  test('one upload runs at a time, and the running one is the uploading one', () => {
    fc.assert(
      fc.property(world, (script) => {
        for (const { before, after, effects } of playWorld(script)) {
          const uploading = Object.values(after.items).filter((item) => item.status === 'uploading');
          expect(uploading.length).toBeLessThanOrEqual(1);
          if (uploading[0])
            expect(after.running).toMatchObject({ jobId: uploading[0].jobId, stopping: false });
          const starts = effects.filter((effect) => effect.kind === 'start');
          if (starts.length > 0 && before.running)
            expect(after.running?.runId).not.toBe(before.running.runId);
          expect(starts.length).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test('nothing is lost, and a pending item is served, timed, or held up by something named', () => {
    fc.assert(
      fc.property(world, (script) => {
        for (const { before, after, effects } of playWorld(script)) {
          expect(Object.keys(after.items)).toEqual(expect.arrayContaining(Object.keys(before.items)));
          const pending = Object.values(after.items).filter((item) => item.status === 'pending');
          if (pending.every(({ reason }) => reason?.kind === 'paused') || after.running) continue;
          expect(effects).toContainEqual({ kind: 'wake-at', atMs: expect.any(Number) as number });
        }
      }),
    );
  });

  test('an upload fails for good only at maxRetries or where only the user can help', () => {
    fc.assert(
      fc.property(world, fc.nat(4), (script, maxRetries) => {
        for (const { event, before, after } of playWorld(script, maxRetries)) {
          for (const item of Object.values(after.items)) {
            if (item.status !== 'failed' || before.items[item.jobId]?.status === 'failed') continue;
            expect(event.kind).toBe('failed');
            if (item.retryable) expect(item.retryCount).toBe(maxRetries);
            else expect(event).toMatchObject({ failure: { verdict: 'needs-user' } });
          }
        }
      }),
    );
  });

  test('an unreachable endpoint or a throttling one charges no attempt', () => {
    fc.assert(
      fc.property(world, (script) => {
        for (const { event, before, after } of playWorld(script)) {
          if (event.kind !== 'failed' || !['unreachable', 'throttle'].includes(event.failure.verdict))
            continue;
          for (const item of Object.values(after.items)) {
            expect(item.status === 'failed').toBe(before.items[item.jobId]?.status === 'failed');
            expect(item.retryCount).toBe(before.items[item.jobId]?.retryCount);
          }
        }
      }),
    );
  });

  test('every state that comes of it can be read again', () => {
    // What a server may say, and what a person may do to the clock.
    const retryAfterMs = fc.oneof(fc.constantFrom(Infinity, 1e18, 0), fc.nat(), fc.double({ min: 0 }));
    const told = fc.string({ maxLength: 20_000 });
    const facts = fc.oneof(
      fc.record({ kind: fc.constant('told' as const), message: told, action: told }),
      fc.record({ kind: fc.constant('other-region' as const), bucket: told, region: told }),
      fc.record({ kind: fc.constant('clock-wrong' as const), aheadMs: fc.maxSafeInteger() }),
      fc.record({ kind: fc.constantFrom('internal' as const, 'cancelled' as const) }),
    );
    const problem = fc.record({ code: fc.string({ maxLength: 400 }), details: told, facts });
    const verdict = fc.constantFrom<Verdict>('throttle', 'unreachable', 'retry', 'needs-user', 'corrupt');
    const failures = fc.array(fc.record({ verdict, problem, retryAfterMs, at: fc.nat(4_000_000_000) }), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(failures, (list) => {
        let state = last(play([ready(5), enqueue(IDS[0]!)]));
        for (const { at, ...said } of list) {
          const failure = new ObjectStoreError(said);
          const { lastRunId: runId } = state;
          const event: QueueEvent = { kind: 'failed', runId, failure, now: at };
          // As it is written before the schedule is asked, and after.
          const failed = applyEvent(state, event).state;
          state = last(play([event, ready(5, at)], state));
          for (const item of [failed, state].flatMap(({ items }) => Object.values(items))) {
            const written = JSON.parse(JSON.stringify(toSession(item))) as unknown;
            const read = z.safeParse(uploadStateSchema, written);
            expect(read.error?.issues).toBeUndefined();
            expect(toSession(toJob(read.data!))).toEqual(written);
          }
        }
      }),
    );
  });
});

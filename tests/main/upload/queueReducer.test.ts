import { describe, expect, test } from 'vitest';
import { toSession } from '../../../src/main/upload/sessionStates';
import { backoffMs } from '../../../src/upload/queue/destinationGate';
import { newJobState, type QueueEvent } from '../../../src/upload/queue/queueState';
import { notThereYet, stateNotSaved, unforeseen } from '../../../src/upload/uploadFailures';
import { wordsOf } from '../../wordsOf';
import { BUNDLE, enqueue, fail, IDS, last, play, ready } from './queueScript';

describe('backoff', () => {
  test('is min(1000·2ⁿ, 300000) ms', () => {
    expect([0, 1, 2, 8, 9, 50].map(backoffMs)).toEqual([1000, 2000, 4000, 256_000, 300_000, 300_000]);
  });

  test('grows with each failure, then the upload fails; Retry starts over', () => {
    let state = last(play([ready(2), enqueue(IDS[0]!)]));
    let now = 0;
    for (const [retryCount, delayMs] of [1000, 2000].entries()) {
      state = last(play([fail(state.running!.runId, 'retry', now)], state));
      expect(state.items[IDS[0]!]).toMatchObject({
        status: 'pending',
        retryCount: retryCount + 1,
        reason: { kind: 'backoff', untilMs: now + delayMs },
        problem: { code: 'Test' },
      });
      state = last(play([{ kind: 'ticked', now: now + delayMs - 1 }], state));
      expect(state.running).toBeNull();
      now += delayMs;
      state = last(play([{ kind: 'ticked', now }], state));
      expect(state.items[IDS[0]!]!.status).toBe('uploading');
    }
    state = last(play([fail(state.running!.runId, 'retry', now)], state));
    expect(state.items[IDS[0]!]).toMatchObject({ status: 'failed', retryCount: 2, retryable: true });
    state = last(play([{ kind: 'retried', jobId: IDS[0]!, file: BUNDLE, now }], state));
    expect(state.items[IDS[0]!]).toMatchObject({ status: 'uploading', retryCount: 0 });
  });

  const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
  test.each([
    [notThereYet('key'), 'Automatic retries have ended. Press Retry to try again.'],
    [unforeseen(new Error('a bug')), 'Automatic retries have ended. Press Retry to try again.'],
    [unforeseen(full), 'Free some space, then press Retry.'],
    [
      unforeseen(stateNotSaved(full)),
      'Check that the disk is not full and can be written to, then press Retry.',
    ],
  ])('promises nothing more once the upload has failed: %s', (broken, told) => {
    const promised = wordsOf(broken).action;
    expect(promised).not.toBe(told);
    const failing = (runId: number, now: number) =>
      ({ kind: 'failed', runId, failure: broken, now }) as const;
    const first = last(play([ready(1), enqueue(IDS[0]!), failing(1, 0)]));
    expect(toSession(first.items[IDS[0]!]!)).toMatchObject({
      status: 'pending',
      error: { action: promised },
    });
    const end = last(play([{ kind: 'ticked', now: 1000 }, failing(2, 1000)], first));
    expect(toSession(end.items[IDS[0]!]!)).toMatchObject({ status: 'failed', error: { action: told } });
  });

  test('counts since the last progress; bytes sent again are none', () => {
    const patched = (bytesUploaded: number): QueueEvent => ({
      kind: 'patched',
      runId: 1,
      patch: { bytesUploaded },
      now: 5,
    });
    const uploading = last(play([ready(9), enqueue(IDS[0]!), patched(50)]));
    const item = uploading.items[IDS[0]!]!;
    const tired = { ...uploading, items: { [IDS[0]!]: { ...item, retryCount: 4 } } };
    const again = play([patched(0), patched(50), patched(51)], tired).map(
      (s) => s.after.items[IDS[0]!]!.retryCount,
    );
    expect(again).toEqual([4, 4, 0]);
  });

  test('of one item lets another be served', () => {
    const steps = play([ready(3), enqueue(IDS[0]!, 1), enqueue(IDS[1]!, 2), fail(1, 'retry', 3)]);
    expect(last(steps).running?.jobId).toBe(IDS[1]);
  });
});

describe('an unreachable endpoint', () => {
  test('holds every item back, for 30 s at most, and after five minutes says what to check', () => {
    let state = last(play([ready(3), enqueue(IDS[0]!), enqueue(IDS[1]!)]));
    let now = 0;
    for (let round = 0; round < 20; round++) {
      state = last(play([fail(state.running!.runId, 'unreachable', now)], state));
      expect(state.running).toBeNull();
      const { reason } = state.items[IDS[0]!]!;
      if (reason?.kind !== 'network') expect.unreachable();
      expect(reason.untilMs - now).toBe(Math.min(1000 * 2 ** round, 30_000));
      const { action } = toSession(state.items[IDS[0]!]!).error!;
      expect(action.includes('check network or address')).toBe(now >= 300_000);
      now = reason.untilMs;
      state = last(play([{ kind: 'ticked', now }], state));
    }
    expect(now).toBeGreaterThan(300_000);
  });

  test('ends at once on wake-up', () => {
    const steps = play([ready(3), enqueue(IDS[0]!), fail(1, 'unreachable', 1), { kind: 'woken', now: 2 }]);
    expect(last(steps).running?.jobId).toBe(IDS[0]);
  });
});

test('a throttling server gets its whole Retry-After, from every item', () => {
  const steps = play([ready(3), enqueue(IDS[0]!), enqueue(IDS[1]!), fail(1, 'throttle', 10, 45_000)]);
  expect(last(steps).running).toBeNull();
  expect(steps.at(-1)!.effects).toContainEqual({ kind: 'wake-at', atMs: 45_010 });
});

test('items are served in the order they were asked for, whatever the clock does', () => {
  const steps = play([ready(3), enqueue(IDS[2]!, 900), enqueue(IDS[0]!, 500), enqueue(IDS[1]!, 500)]);
  const succeed = (runId: number): QueueEvent => ({
    kind: 'succeeded',
    runId,
    result: { etag: '', verifiedAt: 1 },
    now: 1,
  });
  const served = play([succeed(1), succeed(2)], last(steps)).map((s) => s.after.running?.jobId);
  expect(served).toEqual([IDS[0], IDS[1]]);
});

test('without settings pending items wait and say so, and are served once there are settings', () => {
  const steps = play([enqueue(IDS[0]!)]);
  expect(last(steps).items[IDS[0]!]!.reason).toEqual({ kind: 'needs-user', code: 'NotConfigured' });
  const served = last(play([ready(3)], last(steps)));
  expect(served.items[IDS[0]!]).toMatchObject({ status: 'uploading' });
  expect(served.items[IDS[0]!]!.problem).toBeUndefined();
});

describe('after a restart', () => {
  const was = (id: string, patch: object) => ({ ...newJobState(id, 0), ...patch });
  const restore = (state: ReturnType<typeof was>) =>
    last(play([ready(3), { kind: 'restored', states: [state], now: 9 }])).items[IDS[0]!]!.status;
  test.each([
    [{ status: 'uploading' as const }, 'uploading'],
    [{ status: 'pending' as const }, 'uploading'],
    [{ status: 'failed' as const, retryable: true, retryCount: 2 }, 'uploading'],
    [{ status: 'failed' as const, retryable: true, retryCount: 3 }, 'failed'],
    [{ status: 'failed' as const, retryable: false, retryCount: 0 }, 'failed'],
    [{ status: 'done' as const }, 'done'],
    [{ status: 'not_uploaded' as const }, 'not_uploaded'],
  ])('%o becomes %s', (patch, status) => {
    expect(restore(was(IDS[0]!, patch))).toBe(status);
  });
});

describe('cancelling', () => {
  const multipart = {
    uploadId: 'u1',
    partSizeBytes: 5,
    checksumAlgorithm: 'CRC32' as const,
    initiatedAt: 0,
    parts: [],
  };
  const begun: QueueEvent = {
    kind: 'patched',
    runId: 1,
    patch: { bucket: 'b', key: 'k', multipart },
    now: 1,
  };
  const cancelled: QueueEvent = { kind: 'cancelled', jobId: IDS[0]!, now: 2 };

  test('shows at once, remembers the server’s part, and holds the queue until the run is over', () => {
    const steps = play([ready(3), enqueue(IDS[0]!), begun, cancelled, enqueue(IDS[0]!, 3)]);
    expect(steps[3]!.after.items[IDS[0]!]).toMatchObject({
      status: 'not_uploaded',
      pendingAborts: [{ bucket: 'b', key: 'k', uploadId: 'u1' }],
    });
    expect(steps[3]!.effects).toContainEqual({ kind: 'stop', runId: 1 });
    expect(last(steps).items[IDS[0]!]!.status).toBe('pending');
    const over = play([{ kind: 'stopped', runId: 1, now: 4 }], last(steps));
    expect(last(over).running).toMatchObject({ runId: 2, stopping: false });
    expect(over[0]!.effects).toContainEqual({ kind: 'send-aborts' });
  });

  test('remembers a multipart upload that became known too late', () => {
    const early = { ...begun, patch: { bucket: 'b', key: 'k' } } as QueueEvent;
    const steps = play([ready(3), enqueue(IDS[0]!), early, cancelled, begun]);
    expect(last(steps).items[IDS[0]!]!.pendingAborts).toEqual([{ bucket: 'b', key: 'k', uploadId: 'u1' }]);
  });
});

test.each([
  ['retry', 5],
  ['unreachable', 5],
  ['throttle', 30],
] as const)('a clock set back by days holds up no %s', (verdict, waitMinutes) => {
  const days = 3 * 86_400_000;
  const [a] = IDS as [string];
  const waiting = last(
    play([ready(3, days), enqueue(a, days), fail(1, verdict, days, waitMinutes * 60_000)]),
  );
  expect(waiting.items[a]).toMatchObject({
    status: 'pending',
    reason: { untilMs: expect.any(Number) as number },
  });
  const after = last(play([{ kind: 'ticked', now: 0 }], waiting));
  expect(after.items[a]).toMatchObject({ status: 'uploading' });
});

test.each([Infinity, 1e18, 99_999_999_999_999_000])(
  'a server that asks for %d ms is given a day, and not asked again at once',
  (retryAfterMs) => {
    const steps = play([ready(3), enqueue(IDS[0]!), fail(1, 'throttle', 5, retryAfterMs)]);
    const { reason, status } = last(steps).items[IDS[0]!]!;
    expect({ reason, status }).toEqual({
      reason: { kind: 'throttled', untilMs: 5 + 24 * 3_600_000 },
      status: 'pending',
    });
  },
);

test('a bulk command that comes late takes nothing back: what was dismissed stays dismissed, what is gone stays gone', () => {
  const [dismissed, deleted] = IDS as [string, string];
  const steps = play([ready(3), enqueue(dismissed), fail(1, 'needs-user', 5)]);
  const state = last(play([{ kind: 'cancelled', jobId: dismissed, now: 6 }], last(steps)));
  const wishes = [
    { jobId: dismissed, file: BUNDLE },
    { jobId: deleted, file: null },
  ];
  const retried = last(play([{ kind: 'all-retried', wishes, now: 7 }], state));
  expect(retried.items[dismissed]?.status).toBe('not_uploaded');
  expect(retried.items[deleted]).toBeUndefined();
  const enqueued = last(play([{ kind: 'all-enqueued', wishes, now: 8 }], state));
  expect(enqueued.items[dismissed]?.status).toBe('uploading');
  expect(enqueued.items[deleted]).toBeUndefined();
});

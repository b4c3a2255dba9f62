import { expect, test } from 'vitest';
import { applyEvent } from '../../../src/upload/queue/queueReducer';
import { schedule } from '../../../src/upload/queue/queueSchedule';
import { emptyQueue, newJobState, type QueueState } from '../../../src/upload/queue/queueState';
import { last, play, ready } from './queueScript';

/** What copies or counts the whole queue for each of them takes minutes; once for all takes some 30 ms. */
test('ten thousand uploads are paused and resumed within the time of a test', () => {
  const ids = Array.from({ length: 10_000 }, (_, n) => `20260101-${String(n).padStart(6, '0')}-000a`);
  const items = Object.fromEntries(
    ids.map((id, enqueuedAt) => [id, { ...newJobState(id, 0), status: 'pending' as const, enqueuedAt }]),
  );
  const reasons = ({ items: now }: QueueState) =>
    new Set(Object.values(now).map(({ reason }) => reason?.kind));
  const about = { jobIds: ids, now: 1 };
  const paused = applyEvent({ ...emptyQueue, items }, { kind: 'paused', ...about }).state;
  expect(reasons(paused)).toEqual(new Set(['paused']));
  const resumed = applyEvent(paused, { kind: 'resumed', ...about }).state;
  expect(reasons(resumed)).toEqual(new Set([undefined]));
  expect(Object.keys(resumed.items)).toEqual(ids);
});

test('the next place, and the next moment to look again, are found among more uploads than a call takes arguments', () => {
  const count = 130_000;
  const items = Object.fromEntries(
    Array.from({ length: count }, (_, n) => {
      const reason = { kind: 'throttled' as const, untilMs: 1000 + n };
      return [`s${n}`, { ...newJobState(`s${n}`, 0), status: 'pending' as const, enqueuedAt: n, reason }];
    }),
  );
  const states = Object.values(items);
  const queue = last(play([ready(3), { kind: 'restored', states, now: 1 }]));
  const wish = { jobId: 'new', file: null };
  const { state } = applyEvent(queue, { kind: 'enqueued', ...wish, now: 1 });
  expect(state.items.new?.enqueuedAt).toBe(count);
  expect(schedule(queue, 1).effects).toEqual([{ kind: 'wake-at', atMs: 1000 + count - 1 }]);
  const backoff = Object.values(items).map((item) => {
    const reason = { kind: 'backoff' as const, untilMs: 1000 + item.enqueuedAt };
    return [item.jobId, { ...item, reason }];
  });
  const later = schedule(
    { ...last(play([ready(3)])), items: Object.fromEntries(backoff) as QueueState['items'] },
    1,
  );
  expect(later.effects).toEqual([{ kind: 'wake-at', atMs: 1000 }]);
});

test('a hundred thousand uploads are queued within the time of a test, in the order they were asked for', () => {
  const ids = Array.from({ length: 100_000 }, (_, n) => `20260101-${String(n).padStart(6, '0')}-000a`);
  const wishes = ids.map((jobId) => ({ jobId, file: { size: 1, mtimeMs: 1 } }));
  const { items } = applyEvent(emptyQueue, { kind: 'all-enqueued', wishes, now: 7 }).state;
  expect(Object.values(items).map(({ enqueuedAt }) => enqueuedAt)).toEqual(ids.map((_, n) => 7 + n));
});

import { expect, test } from 'vitest';
import { applyEvent } from '../../../src/main/upload/queueReducer';
import { emptyQueue, newUploadState, type QueueState } from '../../../src/main/upload/queueState';

/** Copying the whole queue for each of them took minutes; once for all takes some 30 ms. */
test('ten thousand uploads are paused and resumed within the time of a test', () => {
  const ids = Array.from({ length: 10_000 }, (_, n) => `20260101-${String(n).padStart(6, '0')}-000a`);
  const items = Object.fromEntries(
    ids.map((id, enqueuedAt) => [id, { ...newUploadState(id, 0), status: 'pending' as const, enqueuedAt }]),
  );
  const reasons = ({ items: now }: QueueState) =>
    new Set(Object.values(now).map(({ reason }) => reason?.kind));
  const about = { sessionIds: ids, now: 1 };
  const paused = applyEvent({ ...emptyQueue, items }, { kind: 'paused', ...about }).state;
  expect(reasons(paused)).toEqual(new Set(['paused']));
  const resumed = applyEvent(paused, { kind: 'resumed', ...about }).state;
  expect(reasons(resumed)).toEqual(new Set([undefined]));
  expect(Object.keys(resumed.items)).toEqual(ids);
});

import { expect, test } from 'vitest';
import { reduceQueue } from '../../../src/upload/queue/queueReducer';
import { emptyQueue, newJobState, type QueueEvent } from '../../../src/upload/queue/queueState';
import type { JobState } from '../../../src/shared/upload';

const A = '20260101-000000-000a';
const uploaded = {
  ...{ bucket: 'b', key: 'k', uploadToken: 'the one', size: 9, etag: '"e"', verifiedAt: 1 },
} satisfies JobState['uploaded'];

function after(item: Partial<JobState>, event: QueueEvent): JobState {
  const items = { [A]: { ...newJobState(A, 0), ...item } };
  return reduceQueue({ ...emptyQueue, items }, event).state.items[A]!;
}

const checked = (uploadToken: string, found: 'same' | 'gone') =>
  ({ kind: 'checked', jobId: A, uploadToken, found, now: 7 }) as const;
const made = { kind: 'bundle-made', jobId: A, now: 7 } as const;

test('what the bucket said is kept with the object, and changes no status', () => {
  const done = after({ status: 'done', uploaded }, checked('the one', 'gone'));
  expect(done).toMatchObject({ status: 'done', uploaded: { check: { found: 'gone', checkedAt: 7 } } });
  const again = after(done, checked('the one', 'same'));
  expect(again.uploaded?.check?.found).toBe('same');
});

test('an answer about an object that was replaced meanwhile says nothing of the newer one', () => {
  expect(after({ status: 'done', uploaded }, checked('an older one', 'gone')).uploaded).toEqual(uploaded);
});

test('a new bundle puts back only what failed for want of one', () => {
  const problem = { code: 'x', facts: { kind: 'file-missing' } } as const;
  const failed = { status: 'failed', problem, retryable: false } as const;
  const put = after({ ...failed, reason: { kind: 'file' }, uploaded }, made);
  expect(put).toMatchObject({ status: 'not_uploaded', problem: undefined, reason: undefined, uploaded });
  const refused = after({ ...failed, reason: { kind: 'needs-user', code: 'AccessDenied' } }, made);
  expect(refused).toMatchObject(failed);
  for (const status of ['pending', 'uploading', 'done', 'not_uploaded'] as const)
    expect(after({ status, reason: { kind: 'paused' } }, made).status).toBe(status);
});

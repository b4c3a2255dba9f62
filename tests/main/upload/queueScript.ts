import { reduceQueue } from '../../../src/upload/queue/queueReducer';
import {
  emptyQueue,
  type QueueEffect,
  type QueueEvent,
  type QueueState,
} from '../../../src/upload/queue/queueState';
import type { Verdict } from '../../../src/upload/objectStore/objectStore';

export const IDS = ['20260101-000000-0001', '20260101-000000-0002', '20260101-000000-0003'];
const problem = { code: 'Test', facts: { kind: 'internal' } } as const;

/** The bundle as it stands, the same for every session. */
export const BUNDLE = { size: 100, mtimeMs: 1 };

export type Step = { event: QueueEvent; before: QueueState; after: QueueState; effects: QueueEffect[] };

export function play(events: readonly QueueEvent[], from: QueueState = emptyQueue): Step[] {
  let before = from;
  return events.map((event) => {
    const { state: after, effects } = reduceQueue(before, event);
    const step = { event, before, after, effects };
    before = after;
    return step;
  });
}

export const last = (steps: Step[]) => steps.at(-1)!.after;
export const ready = (maxRetries: number, now = 0): QueueEvent => ({
  kind: 'settings-changed',
  destination: 'ready',
  maxRetries,
  now,
});
export const enqueue = (jobId: string, now = 0): QueueEvent => ({
  kind: 'enqueued',
  jobId,
  file: BUNDLE,
  now,
});
export const fail = (runId: number, verdict: Verdict, now: number, retryAfterMs?: number): QueueEvent => ({
  kind: 'failed',
  runId,
  failure: { verdict, problem, retryAfterMs },
  now,
});

import { reduceQueue } from '../../../src/upload/queue/queueReducer';
import {
  emptyQueue,
  type QueueEffect,
  type QueueEvent,
  type QueueState,
  type Run,
} from '../../../src/upload/queue/queueState';
import type { Verdict } from '../../../src/upload/objectStore/objectStore';

export const IDS = ['20260101-000000-0001', '20260101-000000-0002', '20260101-000000-0003'];
const problem = { code: 'Test', facts: { kind: 'internal' } } as const;

/** The bundle as it stands, the same for every session. */
export const BUNDLE = { size: 100, mtimeMs: 1 };

/** A queue whose limits let one job run at a time, as the app's. */
export type Serial = QueueState & { running: Run | null };

export type Step = { event: QueueEvent; before: Serial; after: Serial; effects: QueueEffect[] };

export function play(events: readonly QueueEvent[], from: QueueState = emptyQueue): Step[] {
  let before = asSerial(from);
  return events.map((event) => {
    const { state, effects } = reduceQueue(before, event);
    const step = { event, before, after: asSerial(state), effects };
    before = step.after;
    return step;
  });
}

function asSerial(state: QueueState): Serial {
  if (state.runs.length > 1) throw new Error('more than one job runs');
  return { ...state, running: state.runs[0] ?? null };
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

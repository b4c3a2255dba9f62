import type { ProblemFacts } from '../../src/shared/problem';
import { ObjectStoreError, type ObjectStore, type Verdict } from '../../src/upload/objectStore/objectStore';

export type StoreOperation = Exclude<keyof ObjectStore, 'close'>;

/** One call as the store saw it. `bytes` is the body's size, 0 where there is none. */
export type StoreCallRecord = { operation: StoreOperation; key?: string; partNumber?: number; bytes: number };

/**
 * What is to go wrong. A fault matches a call where every given field of `on` agrees, `times` times (default 1).
 * `before`: the call fails, once `release` settles, and changes nothing · `after`: it takes effect and its reply is lost ·
 * `hang`: it waits until its signal aborts or `release` settles, then goes on; with `bodySent` for the reply alone, and
 * with `done` for the reply to what has taken effect.
 */
export type StoreFault = {
  on: Partial<Pick<StoreCallRecord, 'operation' | 'key' | 'partNumber'>>;
  times?: number;
} & (
  | { when: 'before'; failure: ObjectStoreError; release?: Promise<void> }
  | { when: 'after'; failure: ObjectStoreError }
  | { when: 'hang'; release?: Promise<void>; onReached?: () => void; bodySent?: true; done?: true }
);

const ABOUT: Record<Verdict, ProblemFacts> = {
  unreachable: { kind: 'unreachable', server: 's3.test' },
  retry: { kind: 'broken-off', server: 's3.test' },
  throttle: { kind: 'throttled', server: 's3.test' },
  'needs-user': { kind: 'refused', server: 's3.test' },
  gone: { kind: 'upload-unknown' },
  conflict: { kind: 'key-occupied' },
  corrupt: { kind: 'damaged-on-the-way' },
  cancelled: { kind: 'cancelled' },
};

/** A failure as the real store would throw it, for scripts of faults. */
export function storeFailure(
  verdict: Verdict,
  code = 'InternalError',
  facts: { httpStatus?: number; retryAfterMs?: number } = {},
): ObjectStoreError {
  return new ObjectStoreError({ verdict, problem: { code, facts: ABOUT[verdict] }, ...facts });
}

/** A list of faults still to happen. */
export class StoreFaults {
  private pending: (StoreFault & { left: number })[] = [];

  add(fault: StoreFault): void {
    this.pending.push({ ...fault, left: fault.times ?? 1 });
  }

  clear(): void {
    this.pending = [];
  }

  /** The first fault that matches, used up by one. */
  take(call: StoreCallRecord): StoreFault | undefined {
    const found = this.pending.find((fault) => fault.left > 0 && matches(fault.on, call));
    if (found) found.left -= 1;
    return found;
  }
}

function matches(on: StoreFault['on'], call: StoreCallRecord): boolean {
  return Object.entries(on).every(([field, value]) => call[field as keyof StoreCallRecord] === value);
}

import type { Operation } from './operations/route.ts';

/** What a fault may look at. */
export type FaultTarget = { method: string; operation?: Operation; key?: string; partNumber?: number };

/**
 * `status`: answers that instead of doing anything (S3's XML with `code`, or `body` as it is and without S3's headers) ·
 * `delay`: waits, then goes on · `reset`: cuts the connection once `afterBytes` of the body have come ·
 * `loseReply`: does all of it, then cuts the connection · `hang`: reads nothing and says nothing.
 */
export type FaultAction =
  | {
      kind: 'status';
      status: number;
      code?: string;
      message?: string;
      headers?: Record<string, string>;
      body?: string;
    }
  | { kind: 'delay'; delayMs: number }
  | { kind: 'reset'; afterBytes?: number }
  | { kind: 'loseReply' }
  | { kind: 'hang' };

/** Matches where every given field agrees (a pattern is tried on the key); `times` defaults to 1. */
export type Fault = {
  match?: Partial<Omit<FaultTarget, 'key'>> & { key?: string | RegExp };
  times?: number;
  action: FaultAction;
};

/** Scripted faults, for tests. */
export class Faults {
  private pending: { fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.pending.push({ fault, left: fault.times ?? 1 });
  }

  clear(): void {
    this.pending = [];
  }

  /** How many are still to happen. */
  get left(): number {
    return this.pending.reduce((sum, { left }) => sum + left, 0);
  }

  /** The first fault that matches, used up by one. */
  take(target: FaultTarget): FaultAction | undefined {
    const found = this.pending.find(({ fault, left }) => left > 0 && matches(fault.match ?? {}, target));
    if (found) found.left -= 1;
    return found?.fault.action;
  }
}

function matches(wanted: NonNullable<Fault['match']>, target: FaultTarget): boolean {
  return Object.entries(wanted).every(([field, value]) => {
    const actual = target[field as keyof FaultTarget];
    return value instanceof RegExp ? value.test(String(actual ?? '')) : value === actual;
  });
}

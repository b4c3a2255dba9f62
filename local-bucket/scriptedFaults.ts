import type { Operation } from './operations/route.ts';

/** The request data that a fault can match. */
export type FaultTarget = { method: string; operation?: Operation; key?: string; partNumber?: number };

/**
 * `status`: sends that status without running the operation (S3's XML with `code`, or `body` unchanged and without S3's
 * headers) · `delay`: waits, then continues · `reset`: cuts the connection after `afterBytes` of the body ·
 * `loseReply`: runs the operation, then cuts the connection · `hang`: reads and sends nothing.
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

/** Matches if all given fields match (a pattern is tested against the key); `times` defaults to 1. */
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

  /** The number of remaining faults. */
  get left(): number {
    return this.pending.reduce((sum, { left }) => sum + left, 0);
  }

  /** The first matching fault; consumes one of its times. */
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

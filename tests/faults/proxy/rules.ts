import type { Operation } from '../../../local-bucket/operations/route.ts';

/** One request through the proxy. Sizes are bytes of bodies on their way up. */
export type Exchange = {
  /** In order of arrival, from 0. */
  index: number;
  operation: Operation;
  key?: string;
  partNumber?: number;
  uploadId?: string;
  /** The test's own clock, and the real one; milliseconds. */
  atMs: number;
  realAtMs: number;
  bytes: number;
  /** 0 until an answer was sent. */
  status: number;
  repliedRealMs?: number;
  /** What was done to it. */
  fault?: Damage['kind'];
};

export type Reply = { status: number; headers: Record<string, string>; body: Buffer };

/**
 * What the proxy does to a request:
 * `reset` cuts the connection once `afterBytes` of the body have come · `blackHole` takes no more bytes after
 * `afterBytes` and says nothing, without closing · `answer` answers by itself after `afterBytes` of the body, nothing
 * reaches the server · `loseReply` lets the server do it and cuts the connection instead of answering ·
 * `rewrite` changes the server's reply · `flip` changes one bit of the body, `atByte`.
 */
export type Damage =
  | { kind: 'reset'; afterBytes: number }
  | { kind: 'blackHole'; afterBytes: number }
  | { kind: 'answer'; status: number; code: string; headers?: Record<string, string>; afterBytes?: number }
  | { kind: 'loseReply'; meanwhile?: () => void }
  | { kind: 'rewrite'; change: (reply: Reply) => Reply }
  | { kind: 'flip'; atByte: number };

/**
 * When to do what. `on`: the operations it is about (all when absent) · `times`: how often (default 1) · `if`: a last
 * question about the request · `before`: something that happens elsewhere before the request goes on, e.g. on the
 * server; alone it is a fault too.
 */
export type Rule = {
  on?: readonly Operation[];
  part?: number;
  times?: number;
  if?: (exchange: Exchange) => boolean;
  before?: (exchange: Exchange) => Promise<void>;
  damage?: Damage;
  /** What only delays or answers before any byte was sent costs no bytes and is not counted as a fault. */
  free?: boolean;
};

/** The rules of one run, used up as they are met. */
export class RuleBook {
  private readonly left: { rule: Rule; times: number }[];
  /** Faults that may each have cost bytes. */
  faults = 0;

  constructor(rules: readonly Rule[]) {
    this.left = rules.map((rule) => ({ rule, times: rule.times ?? 1 }));
  }

  /** The first rule that is about this request, used up by one. */
  take(exchange: Exchange): Rule | undefined {
    const found = this.left.find(({ rule, times }) => times > 0 && isAbout(rule, exchange));
    if (!found) return undefined;
    found.times -= 1;
    if (!found.rule.free) this.faults += 1;
    return found.rule;
  }

  /** Rules that were never met: the scenario did not do what its name says. */
  get unused(): number {
    return this.left.filter(({ rule, times }) => times === (rule.times ?? 1)).length;
  }
}

function isAbout(rule: Rule, exchange: Exchange): boolean {
  if (rule.on && !rule.on.includes(exchange.operation)) return false;
  if (rule.part !== undefined && rule.part !== exchange.partNumber) return false;
  return rule.if?.(exchange) ?? true;
}

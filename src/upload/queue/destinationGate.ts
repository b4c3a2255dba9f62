import type { Random } from '../../shared/runtime';
import type { UploadReason } from '../../shared/upload';
import type { ObjectStoreError } from '../objectStore/objectStore';

/*
 * One gate per destination. A driver calls `startAtMs` before it starts a run, stores the pass that `noteStart`
 * returns, and reports the outcome of the run with that pass. All functions are pure; times are epoch milliseconds.
 */

export type RefusalKind = 'throttled' | 'network';

/**
 * Whether runs to a destination may start. Open without a `refusal`; closed until the refusal's `untilMs`; after that,
 * one run probes the destination, and its outcome opens or closes the gate for the others.
 */
export type DestinationGate = Readonly<{
  /** `sinceMs`: when the first refusal of this kind came. */
  refusal: Readonly<{ kind: RefusalKind; sinceMs: number; untilMs: number }> | null;
  /** Refusals in a row. Each one doubles the wait. */
  refusals: number;
  /**
   * The pass of a run that starts now. Changes with each counted refusal, so that late reports of earlier runs are
   * detected.
   */
  pass: number;
  isProbing: boolean;
  /** The AWS profile whose keys the destination's runs wait for. */
  waitsForProfile?: string;
}>;

export type Refusal = {
  kind: RefusalKind;
  /** The pause that the server asked for. */
  retryAfterMs?: number;
  /** 0 to 1: the fraction of the longest wait to use if the server named none. Default: 1. */
  jitter?: number;
};

export const OPEN_GATE: DestinationGate = { refusal: null, refusals: 0, pass: 0, isProbing: false };

export const MAX_BACKOFF_MS = 300_000;
export const LONGEST_NETWORK_WAIT_MS = 30_000;
/** The longest pause that a server may ask for. */
export const LONGEST_THROTTLE_WAIT_MS = 24 * 3_600_000;
/** Full jitter may yield 0, but a refused request must not be repeated immediately. */
const SHORTEST_THROTTLE_WAIT_MS = 100;

const LONGEST_WAIT_MS = { network: LONGEST_NETWORK_WAIT_MS, throttled: LONGEST_THROTTLE_WAIT_MS };

/** `min(1000·2^retryCount, 300000)` ms. */
export function backoffMs(retryCount: number): number {
  return Math.min(1000 * 2 ** retryCount, MAX_BACKOFF_MS);
}

/** A random number in [0, 1). */
export function drawJitter(random: Pick<Random, 'hex'>): number {
  return Number.parseInt(random.hex(8), 16) / 2 ** 32;
}

/**
 * When the next run may start: `now` for at once, a later time, or null if the end of a probe or of a wait for keys
 * decides. While keys are missing, one run may start if no other is active: it requests the keys.
 * @param running number of the destination's active runs
 */
export function startAtMs(gate: DestinationGate, running: number, now: number): number | null {
  if (gate.waitsForProfile !== undefined && running > 0) return null;
  if (gate.isProbing) return null;
  return Math.max(now, heldUntilMs(gate, now));
}

/** When the refusal stops holding back all runs; `now` if it does not. */
function heldUntilMs({ refusal }: DestinationGate, now: number): number {
  if (!refusal || refusal.untilMs <= now) return now;
  // If the clock was set back, a wait may look longer than the longest possible one.
  return refusal.untilMs - now > LONGEST_WAIT_MS[refusal.kind] ? now : refusal.untilMs;
}

/** Call when a run starts. Report its outcome with the returned `pass`. */
export function noteStart(gate: DestinationGate): { gate: DestinationGate; pass: number } {
  return { gate: gate.refusal ? { ...gate, isProbing: true } : gate, pass: gate.pass };
}

/**
 * Call when the destination refused a run. Runs that were active when the gate closed count with the first refusal as
 * one, and can only extend the wait.
 */
export function noteRefusal(
  gate: DestinationGate,
  pass: number,
  { kind, retryAfterMs, jitter = 1 }: Refusal,
  now: number,
): DestinationGate {
  const { refusal, refusals } = gate;
  const heldMs = heldUntilMs(gate, now);
  // Zero, or a date in the past, means no pause.
  const asked = retryAfterMs && kind === 'throttled' ? Math.min(retryAfterMs, LONGEST_THROTTLE_WAIT_MS) : 0;
  if (refusal && pass !== gate.pass) {
    if (kind === 'network') return gate;
    const untilMs = Math.max(refusal.untilMs, now + asked);
    return { ...gate, refusal: { ...refusal, kind, untilMs } };
  }
  const untilMs = Math.max(heldMs, now + (asked || ownWaitMs(kind, refusals, jitter)));
  // A network failure does not end a pause that the server asked for.
  const heldKind = heldMs > now && refusal?.kind === 'throttled' ? 'throttled' : kind;
  const sinceMs = refusal?.kind === heldKind ? refusal.sinceMs : now;
  return {
    ...gate,
    refusal: { kind: heldKind, sinceMs, untilMs },
    refusals: refusals + 1,
    pass: gate.pass + 1,
    isProbing: false,
  };
}

function ownWaitMs(kind: RefusalKind, refusals: number, jitter: number): number {
  if (kind === 'network') return Math.min(backoffMs(refusals), LONGEST_NETWORK_WAIT_MS);
  return Math.max(SHORTEST_THROTTLE_WAIT_MS, Math.round(jitter * backoffMs(refusals)));
}

/**
 * Call when the destination accepted data of a run, or answered with anything but a refusal: the other runs may start.
 */
export function noteAccepted(gate: DestinationGate, runPass: number, now: number): DestinationGate {
  if (!gate.refusal || runPass !== gate.pass) return gate;
  // An earlier run got a longer pause while this one probed.
  const isHeld = heldUntilMs(gate, now) > now;
  const pass = isHeld ? gate.pass + 1 : gate.pass;
  return { ...gate, refusal: isHeld ? gate.refusal : null, refusals: 0, pass, isProbing: false };
}

/** Call when a run failed, instead of `noteEnd`. */
export function noteFailure(
  gate: DestinationGate,
  pass: number,
  failure: Pick<ObjectStoreError, 'verdict' | 'retryAfterMs' | 'httpStatus'> & Pick<Refusal, 'jitter'>,
  now: number,
): DestinationGate {
  const { verdict, httpStatus } = failure;
  if (verdict === 'throttle') return noteRefusal(gate, pass, { ...failure, kind: 'throttled' }, now);
  if (verdict === 'unreachable') return noteRefusal(gate, pass, { ...failure, kind: 'network' }, now);
  // Any answer means that the network works. An overloaded server has recovered once it answers below 500.
  const isAccepted = httpStatus !== undefined && (httpStatus < 500 || gate.refusal?.kind === 'network');
  return isAccepted ? noteAccepted(gate, pass, now) : noteEnd(gate, pass);
}

/** Call when a run ended without news about the destination: the next run probes. */
export function noteEnd(gate: DestinationGate, pass: number): DestinationGate {
  return gate.isProbing && pass === gate.pass ? { ...gate, isProbing: false } : gate;
}

/** @param profile undefined: the keys arrived, or no run waits for them any more */
export function noteSignInWait(gate: DestinationGate, profile: string | undefined): DestinationGate {
  return gate.waitsForProfile === profile ? gate : { ...gate, waitsForProfile: profile };
}

/** Opens the gate if a refusal of one of `kinds` closed it. */
export function reopen(gate: DestinationGate, kinds: readonly RefusalKind[]): DestinationGate {
  if (!gate.refusal || !kinds.includes(gate.refusal.kind)) return gate;
  return { ...gate, refusal: null, refusals: 0, isProbing: false };
}

/** Closes the gate at least until `untilMs`: a pause that the server asked for before a restart. */
export function closeUntil(gate: DestinationGate, untilMs: number, now: number): DestinationGate {
  if (untilMs <= now || untilMs - now > LONGEST_THROTTLE_WAIT_MS) return gate;
  if (gate.refusal && gate.refusal.untilMs >= untilMs) return gate;
  const refusal = { kind: 'throttled', sinceMs: gate.refusal?.sinceMs ?? now, untilMs } as const;
  return { ...gate, refusal, pass: gate.pass + 1, isProbing: false };
}

/** The reason of jobs that a closed gate holds back. */
export function gateReason({ refusal }: DestinationGate): UploadReason | undefined {
  if (!refusal) return undefined;
  const { kind, untilMs, sinceMs } = refusal;
  return kind === 'network' ? { kind, untilMs, sinceMs } : { kind, untilMs };
}

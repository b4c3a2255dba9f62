import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  closeUntil,
  drawJitter,
  noteAccepted,
  noteEnd,
  noteRefusal,
  noteSignInWait,
  noteStart,
  OPEN_GATE,
  reopen,
  startAtMs,
  type DestinationGate,
} from '../../../src/upload/queue/destinationGate';

const NO_RUN = 0;

/** The passes of `count` runs that start at an open gate. */
function startRuns(count: number): { gate: DestinationGate; passes: number[] } {
  let gate = OPEN_GATE;
  const passes = Array.from({ length: count }, () => {
    const started = noteStart(gate);
    gate = started.gate;
    return started.pass;
  });
  return { gate, passes };
}

describe('a throttled destination', () => {
  test('waits the whole Retry-After, then lets one run probe, then the others follow', () => {
    const { gate: open, passes } = startRuns(1);
    const closed = noteRefusal(open, passes[0]!, { kind: 'throttled', retryAfterMs: 45_000 }, 10);
    expect(startAtMs(closed, NO_RUN, 11)).toBe(45_010);
    expect(startAtMs(closed, NO_RUN, 45_010)).toBe(45_010);
    const probe = noteStart(closed);
    expect(startAtMs(probe.gate, 1, 45_011)).toBeNull();
    const opened = noteAccepted(probe.gate, probe.pass, 45_012);
    expect(startAtMs(opened, 1, 45_012)).toBe(45_012);
    expect(noteStart(opened).gate).toEqual(opened);
  });

  test('counts runs that are refused together once, and takes the longest of their pauses', () => {
    const { gate: open, passes } = startRuns(3);
    const first = noteRefusal(open, passes[0]!, { kind: 'throttled' }, 0);
    const second = noteRefusal(first, passes[1]!, { kind: 'throttled', retryAfterMs: 7000 }, 1);
    const third = noteRefusal(second, passes[2]!, { kind: 'throttled' }, 2);
    expect(third).toMatchObject({ refusals: 1, refusal: { untilMs: 7001 } });
  });

  test('waits twice as long after each probe that is refused, up to five minutes, however often that is', () => {
    let gate = OPEN_GATE;
    let now = 0;
    const waits = Array.from({ length: 40 }, () => {
      const { pass, gate: started } = noteStart(gate);
      gate = noteRefusal(started, pass, { kind: 'throttled' }, now);
      const waitMs = startAtMs(gate, NO_RUN, now)! - now;
      now += waitMs;
      return waitMs;
    });
    expect(waits.slice(0, 4)).toEqual([1000, 2000, 4000, 8000]);
    expect(new Set(waits.slice(9))).toEqual(new Set([300_000]));
  });

  test('waits any share of that, as the jitter says, but never nothing', () => {
    const shares = [0, 0.5, 0.999].map((jitter) => {
      const gate = { ...OPEN_GATE, refusals: 4 };
      return noteRefusal(gate, gate.pass, { kind: 'throttled', jitter }, 0).refusal?.untilMs;
    });
    expect(shares).toEqual([100, 8000, 15_984]);
  });

  test('is probed by another run where the probe ends without news of the destination', () => {
    const closed = noteRefusal(OPEN_GATE, 0, { kind: 'throttled', retryAfterMs: 1000 }, 0);
    const { gate: probing, pass } = noteStart(closed);
    expect(startAtMs(noteEnd(probing, pass), NO_RUN, 2000)).toBe(2000);
    // An earlier run that ends, or goes on, says nothing of a destination that has refused since.
    expect(startAtMs(noteEnd(probing, 0), 1, 2000)).toBeNull();
    expect(startAtMs(noteAccepted(probing, 0, 2000), 1, 2000)).toBeNull();
  });

  test('keeps a pause that an earlier run was told of while another one probed', () => {
    const { gate: open, passes } = startRuns(2);
    const closed = noteRefusal(open, passes[0]!, { kind: 'throttled', retryAfterMs: 1000 }, 0);
    const probe = noteStart(closed);
    const told = noteRefusal(probe.gate, passes[1]!, { kind: 'throttled', retryAfterMs: 60_000 }, 1500);
    expect(startAtMs(noteAccepted(told, probe.pass, 2000), 1, 2000)).toBe(61_500);
    const next = noteStart(noteAccepted(told, probe.pass, 2000));
    expect(startAtMs(noteEnd(next.gate, probe.pass), 1, 61_500)).toBeNull();
    const lost = noteRefusal(told, probe.pass, { kind: 'network' }, 2000);
    expect(startAtMs(lost, NO_RUN, 2000)).toBe(61_500);
    expect(startAtMs(reopen(lost, ['network']), NO_RUN, 2000)).toBe(61_500);
  });

  test('keeps a pause over a restart', () => {
    expect(startAtMs(closeUntil(OPEN_GATE, 5000, 10), NO_RUN, 10)).toBe(5000);
    expect(closeUntil(OPEN_GATE, 5, 10)).toBe(OPEN_GATE);
  });
});

test('an unreachable destination is tried again within 30 s, and at once where the network came back', () => {
  let gate = OPEN_GATE;
  for (let round = 0; round < 8; round++) {
    const { gate: started, pass } = noteStart(gate);
    gate = noteRefusal(started, pass, { kind: 'network', jitter: 0 }, 0);
    expect(startAtMs(gate, NO_RUN, 0)).toBe(Math.min(1000 * 2 ** round, 30_000));
    gate = { ...gate, refusal: { ...gate.refusal!, untilMs: 0 } };
  }
  expect(startAtMs(reopen(gate, ['network']), NO_RUN, 0)).toBe(0);
});

test('while keys of a profile are waited for, no run joins the one that waits', () => {
  const waiting = noteSignInWait(OPEN_GATE, 'team');
  expect(startAtMs(waiting, 1, 0)).toBeNull();
  expect(startAtMs(waiting, NO_RUN, 0)).toBe(0);
  expect(startAtMs(noteSignInWait(waiting, undefined), 1, 0)).toBe(0);
});

test('jitter is drawn from all of [0, 1)', () => {
  const draw = (hex: string) => drawJitter({ hex: () => hex });
  expect([draw('00000000'), draw('80000000')]).toEqual([0, 0.5]);
  expect(draw('ffffffff')).toBeLessThan(1);
});

test('whatever runs report, a closed gate opens by itself, and only one run passes one that is to be probed', () => {
  const event = fc.record({
    what: fc.constantFrom('start', 'throttled', 'network', 'accepted', 'end', 'reopen'),
    of: fc.nat(5),
    elapsedMs: fc.nat(60_000),
    retryAfterMs: fc.option(fc.nat(40_000), { nil: undefined }),
    jitter: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 80 }), (events) => {
      let gate = OPEN_GATE;
      let now = 0;
      let passes: number[] = [];
      let promised = 0;
      for (const { what, of, elapsedMs, retryAfterMs, jitter } of events) {
        now += elapsedMs;
        const at = startAtMs(gate, passes.length, now);
        if (what === 'start') {
          if (at === null || at > now) continue;
          expect(now).toBeGreaterThanOrEqual(promised);
          if (gate.refusal) expect(passes).not.toContain(gate.pass);
          const started = noteStart(gate);
          gate = started.gate;
          passes.push(started.pass);
        } else if (what === 'reopen') {
          gate = reopen(gate, ['network']);
        } else if (passes.length > 0) {
          const pass = passes[of % passes.length]!;
          if (what !== 'accepted') passes = passes.filter((_pass, i) => i !== of % passes.length);
          if (what === 'accepted') gate = noteAccepted(gate, pass, now);
          else if (what === 'end') gate = noteEnd(gate, pass);
          else {
            gate = noteRefusal(gate, pass, { kind: what as 'network', retryAfterMs, jitter }, now);
            if (what === 'throttled') promised = Math.max(promised, now + (retryAfterMs ?? 0));
          }
        }
        // It never waits for a run that is not under way.
        if (!passes.includes(gate.pass)) expect(startAtMs(gate, passes.length, now)).not.toBeNull();
      }
    }),
  );
});

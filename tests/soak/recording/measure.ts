import type { ReadBundle } from './readBundle';
import type { TimeSignal } from './TimeSignal';
import type { Victim } from './victims';

/**
 * Seconds by the time signal, not by the recorder's own clocks. `videoLost`, `actionsLost`: how long before the kill the
 * last kept frame or move was, all since `recordsSinceMs` where none was kept. `endsApart`: between the last frame and the
 * last move of the whole session. `outage`: from the kill until the killed one gave something again; absent for main.
 * `step`: the signal's own, which no figure can be finer than. Absent where nothing was kept.
 */
export type Measured = {
  videoLost: number;
  actionsLost: number;
  endsApart?: number;
  outage?: number;
  step?: number;
};

export function measure(
  { segments, moves }: ReadBundle,
  {
    victim,
    recordsSinceMs,
    killedAtMs,
    signal,
  }: { victim: Victim; recordsSinceMs: number; killedAtMs: number; signal: TimeSignal },
): Measured {
  const frames = times(
    segments.flatMap(({ counts }) => counts),
    (count) => signal.paintedAtMs(count),
  );
  const actions = times(moves, (count) => signal.movedAtMs(count));
  const lost = (kept: number[]) => (killedAtMs - (lastBefore(kept, killedAtMs) ?? recordsSinceMs)) / 1000;
  return {
    videoLost: lost(frames),
    actionsLost: lost(actions),
    step: signal.stepSeconds,
    endsApart: apart(frames.at(-1), actions.at(-1)),
    ...(victim !== 'main' && { outage: outage(victim === 'capture' ? frames : actions, killedAtMs) }),
  };
}

/** Frames from before the signal show other colours: what comes out of order is none of it. */
function times(counts: number[], atMs: (count: number) => number | undefined): number[] {
  const given = counts.map(atMs).filter((at) => at !== undefined);
  return given.filter((at, index) => index === 0 || at >= given[index - 1]!);
}

function lastBefore(sorted: number[], untilMs: number): number | undefined {
  return sorted.findLast((at) => at <= untilMs);
}

/** The killed one's silence: the widest distance around the kill between two signs of it. */
function outage(sorted: number[], killedAtMs: number): number | undefined {
  const after = sorted.findLastIndex((at) => at <= killedAtMs) + 1;
  return secondsBetween(killedAtMs, sorted[after]);
}

function secondsBetween(fromMs: number | undefined, untilMs: number | undefined): number | undefined {
  return fromMs === undefined || untilMs === undefined ? undefined : (untilMs - fromMs) / 1000;
}

function apart(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : Math.abs(a - b) / 1000;
}

import type { Action, Frame, Screenshot, SessionHeader } from '../src/shared/session';

/**
 * Problems of the actions beyond their schema: their order and their geometry epochs, which a rebuilt header does not
 * have.
 */
export function* actionProblems(
  actions: readonly Action[],
  header: SessionHeader | undefined,
): Generator<string> {
  const displays = new Map(
    header?.geometry.map(({ epoch, displays }) => [epoch, new Set(displays.map(({ id }) => id))]),
  );
  let lastUs = 0;
  for (const [index, action] of actions.entries()) {
    if (action.tUs < lastUs)
      yield `Action ${index} lies before the one ahead of it (${action.tUs} < ${lastUs} µs).`;
    lastUs = Math.max(lastUs, action.tUs);
    if (!('epoch' in action) || action.epoch === undefined || !header || header.rebuilt) continue;
    const known = displays.get(action.epoch);
    if (!known) yield `Action ${index} is of geometry epoch ${action.epoch}, which the header does not know.`;
    else if (action.display !== undefined && !known.has(action.display))
      yield `Action ${index} is on display ${action.display}, unknown in its epoch.`;
  }
}

export type Redacted = Extract<Action, { type: 'redaction' }>;

export function redactionsOf(actions: readonly Action[]): Redacted[] {
  return actions.filter((action) => action.type === 'redaction');
}

/** Actions that describe the recording and not the user's input. */
const TOLD_ANYWAY = new Set<Action['type']>(['pause', 'resume', 'gap', 'redaction']);

/** No input may be recorded during a redaction. */
export function* redactionProblems(actions: readonly Action[]): Generator<string> {
  const isRedacted = redactedTimes(redactionsOf(actions));
  for (const [index, { type, tUs }] of actions.entries())
    if (!TOLD_ANYWAY.has(type) && isRedacted(tUs)) yield `Action ${index} lies in a redaction.`;
}

/** Returns whether a time is inside a redaction. Uses bisection: there may be a million of each. */
function redactedTimes(redactions: readonly Redacted[]): (tUs: number) => boolean {
  const sorted = redactions.toSorted((a, b) => a.fromUs - b.fromUs);
  const latestEnds: number[] = [];
  for (const { tUs } of sorted) latestEnds.push(Math.max(tUs, latestEnds.at(-1) ?? -Infinity));
  return (tUs) => {
    let begun = 0;
    for (let end = sorted.length; begun < end;) {
      const middle = (begun + end) >> 1;
      if (sorted[middle]!.fromUs < tUs) begun = middle + 1;
      else end = middle;
    }
    return begun > 0 && latestEnds[begun - 1]! > tUs;
  };
}

/** (monotonic, UTC) pairs must increase on the monotonic side; UTC may step. */
export function* clockProblems({ clocks, durationUs, state, rebuilt }: SessionHeader): Generator<string> {
  if (clocks.length === 0 && !rebuilt) yield 'It has no pair of clock readings.';
  for (const [index, { tUs }] of clocks.entries())
    if (index > 0 && tUs < clocks[index - 1]!.tUs)
      yield `Clock reading ${index} lies before the one ahead of it.`;
  if (state === 'finished' && durationUs === undefined) yield 'It is finished, but has no duration.';
}

/** The details of a segment must refer to a listed segment and match its file. */
export function* detailProblems({ video }: SessionHeader): Generator<string> {
  const named = new Set(video?.segments);
  for (const { segment, mimeType } of video?.details ?? []) {
    if (!named.has(segment)) yield `It describes ${segment}, which it does not name.`;
    const kind = segment.slice(segment.lastIndexOf('.') + 1);
    if (!mimeType.startsWith(`video/${kind}`)) yield `It says that ${segment} is ${mimeType}.`;
  }
}

type Names = { has(name: string): boolean };

/** Frames increase in time, also within a segment; every segment exists. */
export function frameRule(names: Names): (frame: Frame) => string | undefined {
  let last: Frame | undefined;
  return (frame) => {
    const before = last;
    last = frame;
    if (!names.has(frame.segment)) return `${frame.segment} is missing.`;
    if (!before) return undefined;
    if (frame.tUs < before.tUs) return 'Its tUs lies before the frame ahead of it.';
    if (frame.segment === before.segment && frame.ptsUs < before.ptsUs)
      return 'Its ptsUs lies before the frame ahead of it.';
    return undefined;
  };
}

/** Screenshots increase in time, show nothing redacted, and have files. */
export function screenshotRule(
  names: Names,
  redactions: readonly Redacted[],
): (screenshot: Screenshot) => string | undefined {
  const isRedacted = redactedTimes(redactions);
  let lastUs = 0;
  return ({ tUs, file }) => {
    const wentBack = tUs < lastUs;
    lastUs = Math.max(lastUs, tUs);
    if (!names.has(file)) return `${file} is missing.`;
    if (isRedacted(tUs)) return 'It lies in a redaction.';
    return wentBack ? 'Its tUs lies before the screenshot ahead of it.' : undefined;
  };
}

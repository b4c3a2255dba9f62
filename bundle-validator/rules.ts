import type { Action, Frame, Screenshot, SessionHeader } from '../src/shared/session';

/**
 * What is wrong with the actions beyond their schema: order, and the geometry they point into, which a header made anew
 * cannot know.
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

/** What tells how the recording went, and nothing of what the person did. */
const TOLD_ANYWAY = new Set<Action['type']>(['pause', 'resume', 'gap', 'redaction']);

/** While everything was hidden nothing of what was done may be there. */
export function* redactionProblems(actions: readonly Action[]): Generator<string> {
  const isRedacted = redactedTimes(redactionsOf(actions));
  for (const [index, { type, tUs }] of actions.entries())
    if (!TOLD_ANYWAY.has(type) && isRedacted(tUs)) yield `Action ${index} lies in a redaction.`;
}

/** Whether a time lies in one of them, found by bisection: there may be a million of each. */
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

/** (monotonic, UTC) pairs must go forwards on the monotonic side; UTC may step. */
export function* clockProblems({ clocks, durationUs, state, rebuilt }: SessionHeader): Generator<string> {
  if (clocks.length === 0 && !rebuilt) yield 'It has no pair of clock readings.';
  for (const [index, { tUs }] of clocks.entries())
    if (index > 0 && tUs < clocks[index - 1]!.tUs)
      yield `Clock reading ${index} lies before the one ahead of it.`;
  if (state === 'finished' && durationUs === undefined) yield 'It is finished, but has no duration.';
}

/** What is said of a segment is about one that is named, and fits its file. */
export function* detailProblems({ video }: SessionHeader): Generator<string> {
  const named = new Set(video?.segments);
  for (const { segment, mimeType } of video?.details ?? []) {
    if (!named.has(segment)) yield `It describes ${segment}, which it does not name.`;
    const kind = segment.slice(segment.lastIndexOf('.') + 1);
    if (!mimeType.startsWith(`video/${kind}`)) yield `It says that ${segment} is ${mimeType}.`;
  }
}

type Names = { has(name: string): boolean };

/** Frames go forwards in time, and within a segment; every segment is there. */
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

/** Screenshots go forwards in time, show nothing that was hidden, and their files are there. */
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

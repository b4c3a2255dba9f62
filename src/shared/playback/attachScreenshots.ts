import type { Screenshot } from '../session';
import type { Step } from './step';

/** A screenshot is taken as soon as it is requested; a later one belongs to no press. */
const ATTACH_US = 2_000_000;
/** No user does more in that time, but a damaged file may contain more. */
const MOST_HELD = 200;

/**
 * Attaches each screenshot to the click or Enter that requested it; other screenshots become steps of their own. Both
 * streams and the result are ordered by time. Buffers only the steps within `ATTACH_US`, and at most `MOST_HELD`.
 */
export async function* attachScreenshots(
  steps: AsyncIterable<Step>,
  screenshots: AsyncIterable<Screenshot>,
): AsyncGenerator<Step> {
  const shots = screenshots[Symbol.asyncIterator]();
  let shot = await shots.next();
  const recent: Step[] = [];
  const settled = function* (beforeUs: number) {
    while (recent.length > MOST_HELD || (recent.length > 0 && recent[0]!.tUs < beforeUs))
      yield recent.shift()!;
  };
  try {
    for await (const step of steps) {
      while (!shot.done && shot.value.tUs < step.tUs) {
        place(shot.value, recent, step.firstAction);
        yield* settled(shot.value.tUs - ATTACH_US);
        shot = await shots.next();
      }
      recent.push(step);
      yield* settled(step.tUs - ATTACH_US);
    }
    for (; !shot.done; shot = await shots.next()) {
      const last = recent.at(-1);
      place(shot.value, recent, last === undefined ? 0 : last.firstAction + last.actionCount);
      yield* settled(-Infinity);
    }
    yield* recent;
  } finally {
    await shots.return?.();
  }
}

function place(shot: Screenshot, recent: Step[], firstAction: number): void {
  const owner = recent.findLast((step) => asksFor(shot, step));
  if (owner !== undefined) owner.screenshot = shot;
  else recent.push(ofItsOwn(shot, firstAction));
}

function asksFor({ trigger, tUs }: Screenshot, step: Step): boolean {
  // Later presses of a double click may request the picture too.
  if (step.screenshot !== undefined || tUs - step.untilUs > ATTACH_US) return false;
  if (trigger === 'press') return step.button !== undefined;
  return trigger === 'enter' && step.kind === 'key' && /Enter$/.test(step.keys?.[0] ?? '');
}

function ofItsOwn(screenshot: Screenshot, firstAction: number): Step {
  const { tUs } = screenshot;
  return { kind: 'screenshot', tUs, untilUs: tUs, firstAction, actionCount: 0, count: 1, screenshot };
}

import type { Screenshot } from '../session';
import type { Step } from './step';

/** A screenshot is taken as soon as it is asked for; later than this it belongs to nothing that was pressed. */
const ATTACH_US = 2_000_000;
/** Nobody does more in that time; a file may say so. */
const MOST_HELD = 200;

/**
 * Puts each screenshot with the click or Enter that asked for it, and between the steps where there is none.
 * Both streams are in order of time, and so is the answer. Holds no more than comes within `ATTACH_US`, and at most `MOST_HELD`.
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
  // Later presses of a double click may ask for the picture too.
  if (step.screenshot !== undefined || tUs - step.untilUs > ATTACH_US) return false;
  if (trigger === 'press') return step.button !== undefined;
  return trigger === 'enter' && step.kind === 'key' && /Enter$/.test(step.keys?.[0] ?? '');
}

function ofItsOwn(screenshot: Screenshot, firstAction: number): Step {
  const { tUs } = screenshot;
  return { kind: 'screenshot', tUs, untilUs: tUs, firstAction, actionCount: 0, count: 1, screenshot };
}

import { fileExists, removeFile } from '../../../lib/guardedFiles';
import { writeFileAtomically } from '../../../lib/writeFileAtomically';
import { firstAfter } from '../../../shared/playback/timeMap';
import { type Action, actionSchema, frameSchema } from '../../../shared/session';
import { writeActionsFile } from '../../sessions/actionsFile';
import { readJsonLines, type OnBadLine } from '../../sessions/jsonLines';
import type { SessionPaths } from '../../sessions/sessionPaths';

/** Input arrives up to this much later than the actions that the recorder writes itself, such as a pause. */
const LATE_US = 5_000_000;
const SORTED_AT_ONCE = 1000;

/**
 * Streams `actions.jsonl` into `actions.json`, in order of time and without torn lines, and removes the log once the
 * file is on the disk. Does nothing if that has been done.
 * @param untilUs later actions go into a file of their own
 * @returns the number of torn lines
 */
export async function finaliseActions(
  paths: SessionPaths,
  sessionId: string,
  untilUs = Infinity,
): Promise<number> {
  if (!(await fileExists(paths.actionsLog)) && (await fileExists(paths.actions))) return 0;
  let torn = 0;
  const late: Action[] = [];
  const actions = readJsonLines(paths.actionsLog, actionSchema, () => (torn += 1));
  const kept = mergeRedactions(paths, until(untilUs, inOrder(actions), late), untilUs);
  await writeActionsFile(paths.actions, sessionId, kept);
  if (late.length > 0)
    await writeFileAtomically(
      paths.lateActions,
      late.map((action) => `${JSON.stringify(action)}\n`).join(''),
    );
  await removeFile(paths.actionsLog);
  return torn;
}

/** The actions of a log that was never finalised, in order of time. */
export function actionsOfLog(paths: SessionPaths, onBadLine: OnBadLine): AsyncGenerator<Action> {
  return mergeRedactions(paths, inOrder(readJsonLines(paths.actionsLog, actionSchema, onBadLine)));
}

async function* until(
  untilUs: number,
  actions: AsyncIterable<Action>,
  late: Action[],
): AsyncGenerator<Action> {
  for await (const action of actions)
    if (action.tUs <= untilUs) yield action;
    else late.push(action);
}

/**
 * Sorts actions that are at most `LATE_US` late. Sorts again when twice as many are held as after the last time, so
 * that even a badly ordered log costs no more than one sort.
 */
async function* inOrder(actions: AsyncIterable<Action>): AsyncGenerator<Action> {
  const held: Action[] = [];
  let latestUs = -Infinity;
  let sortAt = SORTED_AT_ONCE;
  for await (const action of actions) {
    held.push(action);
    latestUs = Math.max(latestUs, action.tUs);
    if (held.length < sortAt) continue;
    held.sort(byTime);
    yield* held.splice(
      0,
      firstAfter(held.length, (index) => held[index]!.tUs >= latestUs - LATE_US),
    );
    sortAt = 2 * held.length + SORTED_AT_ONCE;
  }
  yield* held.sort(byTime);
}

function byTime(a: Action, b: Action): number {
  return a.tUs - b.tUs;
}

type RedactionAction = Extract<Action, { type: 'redaction' }>;

/**
 * Merges the two log lines of each redaction, start and end, into one action. A redaction without an end, after a
 * crash, ends with the recording.
 * @param actions in order of time
 * @param untilUs the latest possible end of the recording
 */
async function* mergeRedactions(
  paths: SessionPaths,
  actions: AsyncIterable<Action>,
  untilUs = Infinity,
): AsyncGenerator<Action> {
  const open = new Map<number, RedactionAction>();
  let lastUs = 0;
  for await (const action of actions) {
    lastUs = Math.max(lastUs, action.tUs);
    if (action.type === 'redaction' && action.tUs === action.fromUs) {
      open.set(action.fromUs, action);
      continue;
    }
    if (action.type === 'redaction') open.delete(action.fromUs);
    yield action;
  }
  if (open.size > 0) lastUs = Math.max(lastUs, Math.min(untilUs, await lastFrame(paths.frames)));
  for (const action of open.values()) yield { ...action, tUs: lastUs };
}

async function lastFrame(frames: string): Promise<number> {
  let lastUs = 0;
  for await (const { tUs } of readJsonLines(frames, frameSchema, () => undefined)) lastUs = tUs;
  return lastUs;
}

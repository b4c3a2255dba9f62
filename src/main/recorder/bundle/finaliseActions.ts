import { fileExists, removeFile } from '../../../lib/guardedFiles';
import { writeFileAtomically } from '../../../lib/writeFileAtomically';
import { firstAfter } from '../../../shared/playback/timeMap';
import { type Action, actionSchema, frameSchema } from '../../../shared/session';
import { writeActionsFile } from '../../sessions/actionsFile';
import { readJsonLines, type OnBadLine } from '../../sessions/jsonLines';
import type { SessionPaths } from '../../sessions/sessionPaths';

/** Input is on its way for a while; what the recorder notes itself (a gap, a pause) is written at once. */
const LATE_US = 5_000_000;
const SORTED_AT_ONCE = 1000;

/**
 * Makes `actions.json` from `actions.jsonl`, as a stream, and removes the log once the file is on the disk.
 * Done already, it does nothing. Actions come into the order of
 * time; lines torn by a crash are left out.
 * @param untilUs what came later is left out too, and kept in a file of its own beside it
 * @returns how many torn lines were left out
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

/** The actions of a session whose log was never finalised, in the order of time. */
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
 * In the order of time where none is more than `LATE_US` late. Sorts each time that twice as many are held as after the
 * last time, so that a log in whatever order costs no more than a sort.
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
 * Leaves one event of each redaction: the log has a line for its beginning and one for its end. One without an end,
 * because a crash left it open or what came last is left out, ends where the recording ends.
 * @param actions those of the log, in order of time
 * @param untilUs where the recording ends at the latest
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

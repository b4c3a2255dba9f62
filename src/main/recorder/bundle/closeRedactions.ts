import { frameSchema, type Action } from '../../../shared/session';
import { readJsonLines } from '../../sessions/jsonLines';
import type { SessionPaths } from '../../sessions/sessionPaths';

type RedactionAction = Extract<Action, { type: 'redaction' }>;

/**
 * Leaves one event of each redaction: the log has a line for its beginning and one for its end. One without an end,
 * because a crash left it open or what came last is left out, ends where the recording ends.
 * @param actions those of the log, in order of time
 * @param untilUs where the recording ends at the latest
 */
export async function* closeRedactions(
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

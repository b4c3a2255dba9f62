import type { AppError } from '../../shared/appError';
import type { Action } from '../../shared/session';
import { readActions } from '../sessions/actionsFile';
import { fileExists } from '../../lib/guardedFiles';
import type { OnBadLine } from '../sessions/jsonLines';
import { repairActions } from '../sessions/repairActions';
import type { SessionPaths } from '../sessions/sessionPaths';
import type { Clock } from '../../shared/runtime';
import { actionsDamaged, linesDamaged } from './playerErrors';

/** Reads the actions of an unfinished `actions.jsonl` in order of time. The recorder implements it. */
export type ReadLog = (paths: SessionPaths, onBadLine: OnBadLine) => AsyncIterable<Action>;

type Input = { paths: SessionPaths; header: { sessionId: string }; readLog: ReadLog; clock: Clock };

/**
 * Reads the actions of a session, finalised or not, in order of time, and skips unreadable ones. Sets a damaged
 * `actions.json` aside and replaces it with its readable actions.
 */
export async function* readRecordedActions(
  { paths, header, readLog, clock }: Input,
  tell: (problem: AppError) => void,
): AsyncGenerator<Action> {
  let [bad, readable] = [0, 0];
  const onBadLine = () => (bad += 1);
  const isFinalised = await fileExists(paths.actions);
  for await (const action of isFinalised
    ? readActions(paths.actions, onBadLine)
    : readLog(paths, onBadLine)) {
    readable += 1;
    yield action;
  }
  if (isFinalised && bad > 0) {
    const movedTo = await repairActions(paths, header.sessionId, readable, clock.now());
    tell(actionsDamaged(bad, readable, movedTo));
  }
  // A recording that was cut off may have truncated the log's last line.
  if (!isFinalised && bad > 1) tell(linesDamaged('actions.jsonl', bad));
}

import { rm } from 'node:fs/promises';
import { actionSchema } from '../../shared/session';
import { writeActionsFile } from '../sessions/actionsFile';
import { fileExists, readJsonLines } from '../sessions/jsonLines';
import type { SessionPaths } from '../sessions/sessionPaths';

/**
 * Makes `actions.json` from `actions.jsonl`, as a stream, and removes the log once the file is on the disk.
 * Done already, it does nothing. Lines torn by a crash are left out.
 * @returns how many lines were left out
 */
export async function finaliseActions(paths: SessionPaths, sessionId: string): Promise<number> {
  if (!(await fileExists(paths.actionsLog)) && (await fileExists(paths.actions))) return 0;
  let torn = 0;
  const actions = readJsonLines(paths.actionsLog, actionSchema, () => (torn += 1));
  await writeActionsFile(paths.actions, sessionId, actions);
  await rm(paths.actionsLog, { force: true });
  return torn;
}

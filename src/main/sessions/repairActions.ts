import { keepCopy, moveFile } from '../../lib/guardedFiles';
import { readActions, writeActionsFile } from './actionsFile';
import type { SessionPaths } from './sessionPaths';

/**
 * Keeps a damaged `actions.json` under another name and replaces it with its readable actions; if it has none, removes
 * `actions.json`.
 * @param now epoch milliseconds, for the new name
 * @returns the path of the damaged file
 */
export async function repairActions(
  paths: SessionPaths,
  sessionId: string,
  readable: number,
  now: number,
): Promise<string> {
  const movedTo = `${paths.actions}.corrupt-${now}`;
  if (readable === 0) {
    await moveFile(paths.actions, movedTo);
    return movedTo;
  }
  // Copied, so that `actions.json` exists at every moment of a crash.
  await keepCopy(paths.actions, movedTo);
  await writeActionsFile(
    paths.actions,
    sessionId,
    readActions(paths.actions, () => undefined),
  );
  return movedTo;
}

import { keepCopy, moveFile } from '../../lib/guardedFiles';
import { readActions, writeActionsFile } from './actionsFile';
import type { SessionPaths } from './sessionPaths';

/**
 * Keeps a damaged `actions.json` under another name and replaces it by its readable actions; where it has none, there is
 * no `actions.json` any more.
 * @param now epoch milliseconds, for the name it gets
 * @returns where the damaged file is now
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
  // A copy, so that there is an `actions.json` at every instant, whenever a crash comes.
  await keepCopy(paths.actions, movedTo);
  await writeActionsFile(
    paths.actions,
    sessionId,
    readActions(paths.actions, () => undefined),
  );
  return movedTo;
}

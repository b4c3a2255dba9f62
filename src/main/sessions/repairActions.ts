import { moveFile, temporaryName } from '../lib/guardedFiles';
import { readActions, writeActionsFile } from './actionsFile';
import type { SessionPaths } from './sessionPaths';

/**
 * Sets a damaged `actions.json` aside and puts what can be read of it in its place; where nothing can, there is none
 * any more.
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
  const mended = temporaryName(paths.actions);
  if (readable > 0)
    await writeActionsFile(
      mended,
      sessionId,
      readActions(paths.actions, () => undefined),
    );
  await moveFile(paths.actions, movedTo);
  if (readable > 0) await moveFile(mended, paths.actions);
  return movedTo;
}

import { moveFile, namesIn, removeFolder } from '../../lib/guardedFiles';
import path from 'node:path';
import { isSessionId } from '../../shared/ids';

const SUFFIX = '.deleting';

/** Removes a session's folder. A crash in between leaves no partial session in the list. */
export async function deleteFolder(folder: string): Promise<void> {
  const doomed = `${folder}${SUFFIX}`;
  // Left by an interrupted deletion; a rename cannot replace a folder that is not empty.
  await removeFolder(doomed);
  await moveFile(folder, doomed);
  await removeFolder(doomed);
}

/** Finishes deletions that a crash interrupted. */
export async function finishDeletions(sessionsDir: string): Promise<void> {
  for (const name of await namesIn(sessionsDir)) {
    if (!name.endsWith(SUFFIX) || !isSessionId(name.slice(0, -SUFFIX.length))) continue;
    await removeFolder(path.join(sessionsDir, name));
  }
}

import path from 'node:path';
import { AppFailure } from '../../shared/appError';
import { isSessionId } from '../../shared/ids';
import { isThere, moveFile, openToRead, removeFile, replaceFile } from '../../lib/guardedFiles';
import { peekJsonFile, writeSessionJson, type JsonFileContext } from '../../lib/jsonFile';
import { syncFolder } from '../../lib/syncFolder';
import { openingLine } from './actionsFile';
import { readLines } from './lines';
import { requireSessionFolder } from './sessionFolder';
import { headerSpec, metaSpec } from './headerFile';

export type Adoption = {
  /** The real path of the sessions folder. */
  root: string;
  /** The name of the folder to adopt. */
  name: string;
  files: JsonFileContext;
  /** Makes an unused id. @param createdAt epoch milliseconds, if known */
  newId: (createdAt: number | undefined) => Promise<string>;
};

/**
 * Makes a copied or renamed folder a session. If the original's folder no longer exists, the folder gets its name back;
 * otherwise it becomes a new session without the original's upload. The header is written last and the folder renamed
 * after it: an interrupted adoption starts again, or lacks only the new name. A copy keeps the original's bundle under
 * the original's name, because its manifest names the original.
 * @returns the session's id, and the original's id if a new session was made
 */
export async function adoptFolder({
  root,
  name,
  files,
  newId,
}: Adoption): Promise<{ sessionId: string; original?: string }> {
  const folder = path.join(root, name);
  await requireSessionFolder({ folder });
  const inside = (file: string) => path.join(folder, file);
  const header = await peekJsonFile(inside('session.json'), headerSpec);
  const isNamed = isSessionId(name);
  const original = header?.sessionId;
  if (!isNamed && original !== undefined && !(await isThere(path.join(root, original))))
    return { sessionId: await giveName(root, name, original) };
  const sessionId = isNamed ? name : await newId(header?.createdAt);
  await setUploadAside(inside('upload-state.json'), files);
  for (const mark of ['.exported', '.in-use']) await removeFile(inside(mark));
  await nameInSummary(inside('session-meta.json'), sessionId);
  await nameInActions(inside('actions.json'), sessionId);
  if (header !== null) await writeSessionJson(inside('session.json'), { ...header, sessionId });
  if (!isNamed) await giveName(root, name, sessionId);
  return original === sessionId ? { sessionId } : { sessionId, original };
}

async function giveName(root: string, name: string, sessionId: string): Promise<string> {
  const target = path.join(root, sessionId);
  // A rename would replace an empty folder.
  if (await isThere(target)) throw new AppFailure(nameTaken(sessionId));
  await moveFile(path.join(root, name), target);
  await syncFolder(root);
  return sessionId;
}

const COPIED = '.copied-';
/** The prefix of upload states that were set aside. */
export const UPLOAD_ASIDE = `upload-state.json${COPIED}`;

/** The copy's upload state describes the original's upload, so it is kept under another name. */
async function setUploadAside(file: string, { clock }: JsonFileContext): Promise<void> {
  if (await isThere(file)) await moveFile(file, `${file}${COPIED}${clock.now()}`);
}

/** The bundle belongs to the original, so the summary does not mention it. */
async function nameInSummary(file: string, sessionId: string): Promise<void> {
  const meta = await peekJsonFile(file, metaSpec);
  if (meta === null) return;
  const { zipPath: _zip, fileSizeBytes: _size, content: _content, ...kept } = meta;
  await writeSessionJson(file, { ...kept, sessionId });
}

/** The first line names the session; all other lines are copied byte by byte, including damaged ones. */
async function nameInActions(file: string, sessionId: string): Promise<void> {
  if (!(await isThere(file))) return;
  const first = await firstLine(file);
  const opening = openingLine(sessionId);
  if (first === null || first.text === opening || !first.text?.startsWith('{"version"')) return;
  const handle = await openToRead(file);
  try {
    await replaceFile(file, async (copy) => {
      await copy.writeFile(`${opening}\n`);
      const buffer = Buffer.allocUnsafe(256 * 1024);
      for (let at = first.endsAt; ;) {
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
        if (bytesRead === 0) return;
        await copy.writeFile(buffer.subarray(0, bytesRead));
        at += bytesRead;
      }
    });
  } finally {
    await handle.close();
  }
}

async function firstLine(file: string) {
  for await (const line of readLines(file)) return line;
  return null;
}

function nameTaken(sessionId: string) {
  return {
    code: 'NameTaken',
    message: `Another folder named ${sessionId} exists now.`,
    action: 'Reload the list and try again.',
  };
}

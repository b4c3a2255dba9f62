import path from 'node:path';
import { folderKey, isSessionId } from '../../shared/ids';
import { AppFailure } from '../../shared/appError';
import { entriesIn, folderFacts, isThere, namesIn } from '../lib/guardedFiles';
import { readJsonFile, type JsonFileContext } from '../lib/jsonFile';
import type { RecordingSummary } from '../types';
import { copied, renamed, unnamed } from './ownership';
import { cannotRead, unknownSession } from './sessionErrors';
import { headerSpec } from './sessionHeader';

/** Names that only a recording has in it. */
const OF_RECORDING =
  /^(session\.json.*|actions\.jsonl?|frames\.jsonl|screenshots\.jsonl|session-meta\.json)$/;
/** What a deletion that was cut off left; it is finished at the next start. */
const DOOMED = /\.deleting$/;

/** Folders with recordings whose names are not those of sessions, as a person leaves them who renames or copies one. */
export async function strayNames(root: string): Promise<string[]> {
  const stray: string[] = [];
  for (const { name, isFolder } of await entriesIn(root)) {
    if (!isFolder || isSessionId(name) || isDoomed(name)) continue;
    const names = await namesIn(path.join(root, name)).catch(() => []);
    if (names.some((inside) => OF_RECORDING.test(inside))) stray.push(name);
  }
  return stray;
}

function isDoomed(name: string): boolean {
  return DOOMED.test(name) && isSessionId(name.replace(DOOMED, ''));
}

/** The rows for such folders. */
export async function strayRows(root: string, files: JsonFileContext): Promise<RecordingSummary[]> {
  return Promise.all((await strayNames(root)).map((name) => strayRow(root, name, files)));
}

async function strayRow(root: string, name: string, files: JsonFileContext): Promise<RecordingSummary> {
  const nothing = { actionCount: 0, screenshotCount: 0, isExported: false };
  const row = { ...nothing, sessionId: folderKey(name), folderName: name } as const;
  const folder = path.join(root, name);
  try {
    const createdAt = Math.round((await folderFacts(folder)).mtimeMs);
    const header = await readJsonFile(path.join(folder, 'session.json'), headerSpec, files);
    if (header === null) return { ...row, createdAt, condition: 'to-adopt', problem: unnamed(name) };
    const original = header.sessionId;
    const isTaken = await isThere(path.join(root, original));
    const problem = isTaken ? copied(name, original) : renamed(name, original);
    return { ...row, createdAt: header.createdAt, condition: 'to-adopt', problem };
  } catch (error) {
    return { ...row, createdAt: 0, condition: 'damaged', problem: cannotRead(error) };
  }
}

/** The name of the folder that a row stands for. @throws AppFailure `UnknownSession` */
export async function folderOfRow(root: string, key: string): Promise<string> {
  if (isSessionId(key)) return key;
  const name = (await strayNames(root)).find((stray) => folderKey(stray) === key);
  if (name === undefined) throw new AppFailure(unknownSession);
  return name;
}

import path from 'node:path';
import * as z from 'zod/mini';
import { folderKey, isSessionId } from '../../shared/ids';
import { AppFailure } from '../../shared/appError';
import { actionSchema, frameSchema, screenshotSchema } from '../../shared/session';
import { entriesIn, folderFacts, isThere } from '../../lib/guardedFiles';
import { peekJsonFile, type JsonFileSpec } from '../../lib/jsonFile';
import { FILES_AT_ONCE, mapConcurrently } from '../../lib/concurrency';
import type { RecordingSummary } from '../sessionsPort';
import { parsedOrNothing } from './jsonLines';
import { readLines } from './lines';
import { copied, renamed, unnamed } from './ownership';
import { cannotRead, unknownSession } from './sessionErrors';
import { headerSpec, metaSpec } from './headerFile';

/** Logs in which one valid line shows that the app recorded here. */
const LOGS = [
  { name: 'actions.jsonl', schema: actionSchema },
  { name: 'actions.json', schema: actionSchema },
  { name: 'frames.jsonl', schema: frameSchema },
  { name: 'screenshots.jsonl', schema: screenshotSchema },
] as const;
/** A foreign log may have any length. */
const LINES_LOOKED_AT = 100;
const HEADER = 'session.json';
const META = 'session-meta.json';
/** Left by an interrupted deletion; the next start finishes it. */
const DOOMED = /\.deleting$/;

/** Folders with recordings whose names are not session ids, e.g. because a user renamed or copied them. */
export async function strayNames(root: string): Promise<string[]> {
  const stray: string[] = [];
  for (const { name, isFolder } of await entriesIn(root)) {
    if (!isFolder || isSessionId(name) || isDoomed(name)) continue;
    if (await isRecording(path.join(root, name))) stray.push(name);
  }
  return stray;
}

/**
 * Whether the app recorded into a folder: a valid header, a valid summary, a valid log line, or a video segment beside
 * a damaged header shows it. The folder may belong to another program, so nothing in it is renamed.
 */
async function isRecording(folder: string): Promise<boolean> {
  const names = new Set((await entriesIn(folder).catch(() => [])).map(({ name }) => name));
  const inside = (name: string) => path.join(folder, name);
  if (names.has(HEADER) && (await isValid(inside(HEADER), headerSpec))) return true;
  if (names.has(META) && (await isValid(inside(META), metaSpec))) return true;
  for (const { name, schema } of LOGS)
    if (names.has(name) && (await hasEntry(inside(name), schema).catch(() => false))) return true;
  return hasHeader(names) && names.has('video') && (await hasSegment(inside('video')));
}

/** Only for an existing file: reading a missing one would restore the copy that a crash left. */
async function isValid<S extends z.ZodMiniType>(file: string, spec: JsonFileSpec<S>): Promise<boolean> {
  return (await peekJsonFile(file, spec).catch(() => null)) !== null;
}

function hasHeader(names: ReadonlySet<string>): boolean {
  return [...names].some((name) => name === HEADER || name.startsWith(`${HEADER}.corrupt-`));
}

/** Whether one of the first lines is an entry. `actions.json` has one entry per line, which may end in a comma. */
async function hasEntry(file: string, schema: z.ZodMiniType): Promise<boolean> {
  for await (const { number, text } of readLines(file)) {
    if (number > LINES_LOOKED_AT) return false;
    if (z.safeParse(schema, parsedOrNothing(text?.replace(/,$/, '') ?? null)).success) return true;
  }
  return false;
}

async function hasSegment(folder: string): Promise<boolean> {
  const names = (await entriesIn(folder).catch(() => [])).filter(({ isFolder }) => !isFolder);
  return names.some(({ name }) => /^\d{4,10}\.(mp4|webm)$/.test(name));
}

function isDoomed(name: string): boolean {
  return DOOMED.test(name) && isSessionId(name.replace(DOOMED, ''));
}

/** The rows for such folders. */
export async function strayRows(root: string): Promise<RecordingSummary[]> {
  return mapConcurrently(await strayNames(root), FILES_AT_ONCE, (name) => strayRow(root, name));
}

async function strayRow(root: string, name: string): Promise<RecordingSummary> {
  const nothing = { actionCount: 0, screenshotCount: 0, isExported: false };
  const row = { ...nothing, sessionId: folderKey(name), folderName: name } as const;
  const folder = path.join(root, name);
  try {
    const createdAt = Math.round((await folderFacts(folder)).mtimeMs);
    const header = await peekJsonFile(path.join(folder, HEADER), headerSpec);
    if (header === null) return { ...row, createdAt, condition: 'to-adopt', problem: unnamed(name) };
    const original = header.sessionId;
    const isTaken = await isThere(path.join(root, original));
    const problem = isTaken ? copied(name, original) : renamed(name, original);
    return { ...row, createdAt: header.createdAt, condition: 'to-adopt', problem };
  } catch (error) {
    return { ...row, createdAt: 0, condition: 'damaged', problem: cannotRead(error) };
  }
}

/** The name of the folder of a row. @throws AppFailure `UnknownSession` */
export async function folderOfRow(root: string, key: string): Promise<string> {
  if (isSessionId(key)) return key;
  const name = (await strayNames(root)).find((stray) => folderKey(stray) === key);
  if (name === undefined) throw new AppFailure(unknownSession);
  return name;
}

import path from 'node:path';
import { AppFailure, type AppError } from '../../shared/appError';
import type { SessionHeader, SessionMeta } from '../../shared/session';
import { readJsonFile, type JsonFileContext } from '../../lib/jsonFile';
import { headerSpec, metaSpec } from './headerFile';
import type { SessionPaths } from './sessionPaths';

/*
 * A session's id is its folder's name. A file that names another session was copied or renamed by hand: it is refused
 * until the user adopts the folder (adoptSession.ts).
 */

/** The codes of folders that wait for the user to adopt them. */
const TO_ADOPT = { copied: 'CopiedSession', renamed: 'RenamedSession', unnamed: 'UnnamedSession' } as const;

export function isToAdopt({ code }: AppError): boolean {
  return (Object.values(TO_ADOPT) as string[]).includes(code);
}

/**
 * The session's header, null as by `readJsonFile`. @throws AppFailure `CopiedSession` if it belongs to another session
 */
export async function readHeader(paths: SessionPaths, files: JsonFileContext): Promise<SessionHeader | null> {
  return requireOwn(paths, await readJsonFile(paths.header, headerSpec, files));
}

/**
 * The session's summary, null as by `readJsonFile`. @throws AppFailure `CopiedSession` if it belongs to another session
 */
export async function readMeta(paths: SessionPaths, files: JsonFileContext): Promise<SessionMeta | null> {
  return requireOwn(paths, await readJsonFile(paths.meta, metaSpec, files));
}

function requireOwn<T extends { sessionId: string }>({ folder }: SessionPaths, found: T | null): T | null {
  const own = path.basename(folder);
  if (found !== null && found.sessionId !== own) throw new AppFailure(copied(own, found.sessionId));
  return found;
}

export function copied(folder: string, original: string): AppError {
  return {
    code: TO_ADOPT.copied,
    message: `The folder “${shownName(folder)}” is a copy of session ${original}.`,
    action: 'Keep it as a separate session to export and upload it. The original stays as it is.',
  };
}

export function renamed(folder: string, original: string): AppError {
  return {
    code: TO_ADOPT.renamed,
    message: `The folder “${shownName(folder)}” is session ${original} under another name.`,
    action: 'Restore its name to play, export and upload it.',
  };
}

export function unnamed(folder: string): AppError {
  return {
    code: TO_ADOPT.unnamed,
    message: `The folder “${shownName(folder)}” holds a recording, but its name is not a session name.`,
    action: 'Keep it as a session to play, export and upload it.',
  };
}

const SHOWN_CHARACTERS = 80;

/** A folder may have any name: removes invisible characters and limits the shown length. */
function shownName(folder: string): string {
  const visible = folder.replace(/\p{C}/gu, '�');
  return visible.length > SHOWN_CHARACTERS ? `${visible.slice(0, SHOWN_CHARACTERS)}…` : visible;
}

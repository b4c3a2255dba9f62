import type { BigIntStats } from 'node:fs';
import path from 'node:path';
import { AppFailure, type AppError } from '../../shared/appError';
import { kindOf } from '../../lib/fileGuards';
import { describeFound } from '../../shared/text/diskErrors';
import { statsOfAny } from '../../lib/guardedFiles';
import { unknownSession } from './sessionErrors';
import type { SessionPaths } from './sessionPaths';

/*
 * A link, a file or a pipe may have the name of a session. Only a folder is a session; other entries are listed with
 * the reason and can only be deleted.
 */

/** The codes of entries with a session's name that are not folders. */
const NOT_A_FOLDER = { link: 'SessionIsLink', other: 'SessionIsNoFolder' } as const;

export function isNotAFolder({ code }: AppError): boolean {
  return (Object.values(NOT_A_FOLDER) as string[]).includes(code);
}

/** The system's stats of the folder. @throws AppFailure `SessionIsLink`, `SessionIsNoFolder`; the system's error */
export async function sessionFolderStats({ folder }: Pick<SessionPaths, 'folder'>): Promise<BigIntStats> {
  const stats = await statsOfAny(folder);
  if (stats.isDirectory()) return stats;
  throw new AppFailure(
    stats.isSymbolicLink() ? isLink(folder) : isNoFolder(folder, describeFound(kindOf(stats))),
  );
}

/** @throws AppFailure `UnknownSession`, `SessionIsLink`, `SessionIsNoFolder` */
export async function requireSessionFolder(paths: Pick<SessionPaths, 'folder'>): Promise<void> {
  try {
    await sessionFolderStats(paths);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new AppFailure(unknownSession);
    throw error;
  }
}

export async function isSessionFolder(paths: Pick<SessionPaths, 'folder'>): Promise<boolean> {
  return sessionFolderStats(paths).then(
    () => true,
    () => false,
  );
}

function isLink(folder: string): AppError {
  return {
    code: NOT_A_FOLDER.link,
    message: 'This folder is a link to another place. Session Recorder does not follow links.',
    action: 'To use the session, replace the link with the folder itself. Delete removes only the link.',
    details: folder,
  };
}

function isNoFolder(folder: string, kind: string): AppError {
  return {
    code: NOT_A_FOLDER.other,
    message: `“${path.basename(folder)}” has the name of a session, but it is ${kind}.`,
    action: 'Move it to another place if you need it, or delete it.',
    details: folder,
  };
}

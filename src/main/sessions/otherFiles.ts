import path from 'node:path';
import { AppFailure, type AppError } from '../../shared/appError';
import { screenshotFile, segmentFile } from '../../shared/session';
import { describeOthers, MOST_NAMED, type OtherFiles } from '../../shared/otherFiles';
import { entriesIn, statsOfAny } from '../../lib/guardedFiles';
import { peekJsonFile } from '../../lib/jsonFile';
import { fileStamp } from './fileStamp';
import { isPresentOnlyList } from './presentOnlyLists';
import { headerSpec } from './headerFile';
import type { SessionPaths } from './sessionPaths';

/** Written by the desktop when a user opens a folder. */
const OF_DESKTOP = /^(\.DS_Store|Thumbs\.db|desktop\.ini|\.directory)$/i;
/** Temporary files that a write, or its crash, left beside a file of the app (see guardedFiles.ts and moveOver.ts). */
const BESIDE_OURS = /\.([0-9a-f]{16}\.tmp|old-[0-9a-f]{16})$/;

/** Changes when a file is added to or removed from a session's folders: four `stat` calls. */
export async function markOfOthers(paths: SessionPaths): Promise<string> {
  const folders = [paths.folder, ...foldersOf(paths)];
  return (await Promise.all(folders.map(fileStamp))).join(' ');
}

/**
 * The files in a session's folder that neither the recorder nor an export nor an upload makes, by name; a folder ends
 * in a slash. Includes files that were set aside as damaged. Renames and repairs nothing.
 */
export async function findOthers(paths: SessionPaths): Promise<OtherFiles> {
  const { folder, videoDir, screenshotsDir, presentOnly } = paths;
  const files = filesOf(paths);
  const isOurs = (name: string) => files.has(name);
  const ourFolders = foldersOf(paths).map((ours) => path.basename(ours));
  const others = [
    ...(await othersIn(folder, isOurs, ourFolders)),
    ...(await othersIn(videoDir, (name) => segmentFile.test(name))),
    ...(await othersIn(screenshotsDir, (name) => screenshotFile.test(name))),
    ...(await othersIn(presentOnly, isPresentOnlyList)),
  ].sort();
  // A copied folder holds the bundle of the session that its header names.
  const copied = others.some((name) => name.endsWith('.zip')) ? await bundleOfHeader(paths) : undefined;
  if (copied !== undefined && others.includes(copied)) others.splice(others.indexOf(copied), 1);
  return { names: others.slice(0, MOST_NAMED), count: others.length };
}

/** @throws AppFailure `OtherFiles` if the folder holds more than `named` */
export function requireNamed(found: OtherFiles, named: OtherFiles | undefined): void {
  const isNamed = (name: string) => named?.names.includes(name) ?? false;
  if (found.count > (named?.count ?? 0) || !found.names.every(isNamed)) throw new AppFailure(notNamed(found));
}

function filesOf(paths: SessionPaths): Set<string> {
  const { folder: _folder, ...all } = paths;
  const folders = new Set(foldersOf(paths));
  const files = Object.values(all).filter((file) => !folders.has(file));
  return new Set(files.map((file) => path.basename(file)));
}

function foldersOf({ videoDir, screenshotsDir, presentOnly }: SessionPaths): string[] {
  return [videoDir, screenshotsDir, presentOnly];
}

async function bundleOfHeader({ header }: SessionPaths): Promise<string | undefined> {
  const found = await peekJsonFile(header, headerSpec).catch(() => null);
  return found === null ? undefined : `${found.sessionId}.zip`;
}

async function othersIn(
  folder: string,
  isOurs: (name: string) => boolean,
  ourFolders: readonly string[] = [],
): Promise<string[]> {
  const within = ourFolders.length > 0 ? '' : `${path.basename(folder)}/`;
  const others: string[] = [];
  for (const { name, isFolder } of await entriesUnlessLink(folder)) {
    const known = isFolder
      ? ourFolders.includes(name)
      : OF_DESKTOP.test(name) || isOurs(name.replace(BESIDE_OURS, ''));
    if (!known) others.push(`${within}${name}${isFolder ? '/' : ''}`);
  }
  return others;
}

/** If one of the app's folders is a link, only the link is deleted, so its target is not read. */
async function entriesUnlessLink(folder: string) {
  const stats = await statsOfAny(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return stats?.isDirectory() ? entriesIn(folder) : [];
}

function notNamed(found: OtherFiles): AppError {
  return {
    code: 'OtherFiles',
    message: `${describeOthers(found)} Nothing was deleted.`,
    action: 'Move what you need to another place, or delete the session again to delete it, too.',
  };
}

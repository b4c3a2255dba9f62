import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fdatasync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readSync,
  realpathSync,
  statSync,
  writevSync,
  type BigIntStats,
} from 'node:fs';
import {
  lstat,
  mkdir,
  open,
  readdir,
  realpath,
  rm,
  rmdir,
  unlink,
  utimes,
  type FileHandle,
} from 'node:fs/promises';
import path from 'node:path';
import { requireFolder, requireRegular, requireSameFile, requireSamePath } from './fileGuards';
import { ifSupported } from './fileSystemLimits';
import { asidesOf, bringBack, bringBackSync, missingTargets, moveOver, type Mover } from './moveOver';
import { syncFolder } from './syncFolder';
import { FILES_AT_ONCE, mapConcurrently } from './concurrency';

/*
 * All access to the files of a session. Other programs may have put files there, so links are not followed, only
 * regular files are opened, and every file is written under a temporary name and renamed. Paths start with the real
 * path of the folder of sessions (`realFolder`), so a path that resolves elsewhere contains a link.
 */

export { closeSync, fdatasync, fsyncSync, readSync, writevSync, type FileHandle };

// Windows has neither flag; there, `lstat` and the comparison after opening replace them.
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
const NON_BLOCK = constants.O_NONBLOCK ?? 0;
const READ = constants.O_RDONLY | NO_FOLLOW | NON_BLOCK;
const CHANGE = constants.O_RDWR | NO_FOLLOW | NON_BLOCK;

const TEMPORARY = /\.[0-9a-f]{16}\.tmp$/;
const COPY_BYTES = 1024 * 1024;

/** The name of the file that a temporary file was to replace; undefined for any other name. */
export function temporaryOf(name: string): string | undefined {
  return TEMPORARY.test(name) ? name.replace(TEMPORARY, '') : undefined;
}

/** The temporary files that this thread is writing. */
const ownTemporaries = new Set<string>();

export type OpenFile = { handle: FileHandle; stats: BigIntStats };
export type FileFacts = { size: number; mtimeMs: number; mtimeNs: bigint };
export type ListedFile = FileFacts & { name: string; file: string };

/** The real path of a folder, which need not exist yet. */
export function realFolder(folder: string): string {
  try {
    return realpathSync.native(folder);
  } catch (error) {
    const parent = path.dirname(folder);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === folder) return path.resolve(folder);
    return path.join(realFolder(parent), path.basename(folder));
  }
}

/** Whether the folder exists. Blocking. */
export function folderExists(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Opens a regular file for reading. Rejects with `NotAFile` for anything else, or with the system's error. */
export async function openToRead(file: string): Promise<FileHandle> {
  return (await openWithStats(file)).handle;
}

/** Like `openToRead`, with the stats of the open file. */
export function openWithStats(file: string): Promise<OpenFile> {
  return openRegular(file, READ);
}

/** Blocking version of `openToRead`. @returns a file descriptor, which the caller closes */
export function openToReadSync(file: string): number {
  return openWithStatsSync(file).fd;
}

/**
 * Reads a whole regular file into the start of `buffer`. Blocking. The caller checks whether the file changed
 * meanwhile.
 * @returns the stats from before the read; null if the file is longer than the buffer, or shorter than its stats say
 * @throws `NotAFile`, or the system's error
 */
export function readWholeSync(file: string, buffer: Uint8Array): BigIntStats | null {
  const { fd, stats } = openWithStatsSync(file);
  try {
    const { size } = stats;
    if (size > buffer.length) return null;
    for (let at = 0; at < size;) {
      const read = readSync(fd, buffer, at, Number(size) - at, at);
      if (read === 0) return null;
      at += read;
    }
    return stats;
  } finally {
    closeSync(fd);
  }
}

function openWithStatsSync(file: string): { fd: number; stats: BigIntStats } {
  requireSamePath(path.dirname(file), realpathSync.native(path.dirname(file)));
  let found = lstatSync(file, { bigint: true, throwIfNoEntry: false });
  if (!found) {
    bringBackSync(file);
    found = lstatSync(file, { bigint: true });
  }
  requireRegular(file, found);
  const fd = openSync(file, READ);
  try {
    const stats = fstatSync(fd, { bigint: true });
    requireSameFile(file, found, stats);
    return { fd, stats };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** Stats of a regular file; null if it does not exist. Rejects with `NotAFile` for anything else. */
export async function statsOf(file: string): Promise<BigIntStats | null> {
  const stats = await unlessGone(() => statsIn(file));
  if (stats !== null) requireRegular(file, stats);
  return stats;
}

/** The main facts of `statsOf`. */
export async function factsOf(file: string): Promise<FileFacts | null> {
  const stats = await statsOf(file);
  return stats === null ? null : factsFrom(stats);
}

/** Size of a regular file in bytes; null if it does not exist. */
export async function fileSize(file: string): Promise<number | null> {
  return (await factsOf(file))?.size ?? null;
}

export async function fileExists(file: string): Promise<boolean> {
  return (await factsOf(file)) !== null;
}

/** Facts of a folder. Rejects with the system's error, or with `NotAFile` if it is a link or not a folder. */
export async function folderFacts(folder: string): Promise<FileFacts> {
  const stats = await lstat(folder, { bigint: true });
  requireFolder(folder, stats);
  return factsFrom(stats);
}

/** Stats of any kind of entry; does not follow a link. */
export function statsOfAny(name: string): Promise<BigIntStats> {
  return lstat(name, { bigint: true });
}

/** Whether an entry of any kind exists, including a dangling link. */
export async function isThere(name: string): Promise<boolean> {
  if ((await unlessGone(() => lstat(name))) !== null) return true;
  return (await unlessGone(() => statsIn(name))) !== null;
}

/**
 * Reads a whole text file: UTF-8, or UTF-16 as some editors save it, without the byte order mark.
 * @throws RangeError if it is longer than `maxBytes`
 */
export async function readText(file: string, maxBytes: number): Promise<string> {
  const handle = await openToRead(file);
  try {
    const { size } = await handle.stat();
    if (size > maxBytes)
      throw new RangeError(`${path.basename(file)} has ${size} bytes, of at most ${maxBytes}`);
    return decodeText(await readHandle(handle, maxBytes));
  } finally {
    await handle.close();
  }
}

/** A file may grow while it is read, or report no size. */
async function readHandle(handle: FileHandle, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for (;;) {
    const buffer = Buffer.allocUnsafe(64 * 1024);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, bytes);
    if (bytesRead === 0) return Buffer.concat(chunks);
    chunks.push(buffer.subarray(0, bytesRead));
    bytes += bytesRead;
    if (bytes > maxBytes) throw new RangeError(`more than ${maxBytes} bytes`);
  }
}

function decodeText(bytes: Buffer): string {
  const mark = bytes.toString('latin1', 0, 3);
  if (mark === '\xef\xbb\xbf') return bytes.toString('utf8', 3);
  if (mark.startsWith('\xff\xfe')) return bytes.toString('utf16le', 2);
  // An odd last byte is half a character.
  if (mark.startsWith('\xfe\xff'))
    return bytes
      .subarray(0, bytes.length & ~1)
      .swap16()
      .toString('utf16le', 2);
  return bytes.toString('utf8');
}

/** Names in a folder; none if the folder does not exist. Rejects with `NotAFile` if it is not a folder. */
export async function namesIn(folder: string): Promise<string[]> {
  return (
    (await unlessGone(async () => {
      requireFolder(folder, await lstat(folder, { bigint: true }));
      await requireRealFolder(folder);
      const names = await readdir(folder);
      const missing = missingTargets(names);
      if (missing.length === 0) return names;
      for (const name of missing) await bringBack(path.join(folder, name));
      return readdir(folder);
    })) ?? []
  );
}

/** Entries of a folder; none if the folder does not exist. A link to a folder does not count as a folder. */
export async function entriesIn(folder: string): Promise<{ name: string; isFolder: boolean }[]> {
  const entries = await unlessGone(() => readdir(folder, { withFileTypes: true }));
  return (entries ?? []).map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }));
}

/**
 * The regular files of a folder with matching names, sorted. Rejects with `NotAFile` if one of them is not a regular
 * file.
 */
export async function filesIn(folder: string, names: RegExp): Promise<ListedFile[]> {
  const wanted = (await namesIn(folder)).filter((name) => names.test(name)).sort();
  const found = await mapConcurrently(wanted, FILES_AT_ONCE, async (name) => {
    const file = path.join(folder, name);
    const stats = await unlessGone(() => lstat(file, { bigint: true }));
    if (stats === null) return null;
    requireRegular(file, stats);
    return { name, file, ...factsFrom(stats) };
  });
  return found.filter((file) => file !== null);
}

/** Creates a file for appending. Rejects with `EEXIST` if the name is taken. */
export async function openToAppend(file: string): Promise<FileHandle> {
  await requireRealFolder(path.dirname(file));
  return open(file, 'ax', 0o600);
}

/** Writes a new file and flushes it. Rejects with `EEXIST` if the name is taken. */
export async function writeNewFile(file: string, content: Uint8Array): Promise<void> {
  await writeNew(file, (handle) => handle.writeFile(content));
}

async function writeNew(file: string, write: (handle: FileHandle) => Promise<void>): Promise<void> {
  await requireRealFolder(path.dirname(file));
  const handle = await open(file, 'wx', 0o600);
  try {
    await write(handle);
    await syncFile(handle);
  } catch (error) {
    await unlink(file).catch(() => undefined); // a partial file is useless
    throw error;
  } finally {
    await handle.close();
  }
}

/** Creates a file for writing. Blocking. @returns a file descriptor, which the caller closes */
export function openNewSync(file: string): number {
  requireSamePath(path.dirname(file), realpathSync.native(path.dirname(file)));
  return openSync(file, 'wx', 0o600);
}

/**
 * Replaces a file so that a crash leaves either the old content or the new, never a mix. A link at that name is
 * replaced, not followed. `write` fills a temporary file, which is flushed and renamed.
 * @throws the system's error; then the old file is unchanged and no partial file is left
 */
export async function replaceFile(
  file: string,
  write: (handle: FileHandle) => Promise<void>,
  mover?: Mover,
): Promise<void> {
  const fill = async (temporary: string) => {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await write(handle);
      await syncFile(handle);
    } finally {
      await handle.close();
    }
  };
  await replaceByTemporary(file, fill, mover);
}

/** Like `replaceFile`, but `fill` creates and flushes the file under the name it receives. */
export async function replaceByTemporary<T>(
  file: string,
  fill: (temporary: string) => Promise<T>,
  mover?: Mover,
): Promise<T> {
  const folder = path.dirname(file);
  await requireRealFolder(folder);
  const temporary = `${file}.${randomBytes(8).toString('hex')}.tmp`;
  ownTemporaries.add(temporary);
  let filled: T;
  try {
    filled = await fill(temporary);
    await requireRealFolder(folder);
    await moveOver(temporary, file, mover);
  } catch (error) {
    await removeFile(temporary);
    throw error;
  } finally {
    ownTemporaries.delete(temporary);
  }
  await syncFolder(folder);
  return filled;
}

/** Copies a file to a new name. Rejects with `EEXIST` if the name is taken. */
export async function keepCopy(file: string, copy: string): Promise<void> {
  const source = await openToRead(file);
  try {
    await writeNew(copy, (target) => copyBytes(source, target, Infinity));
  } finally {
    await source.close();
  }
}

/** Renames a file within our folders and replaces an existing target. Older copies of the file move along. */
export async function moveFile(from: string, to: string): Promise<void> {
  await requireRealFolder(path.dirname(from));
  await requireRealFolder(path.dirname(to));
  for (const aside of await asidesOf(from)) await moveOver(aside, to + aside.slice(from.length));
  await moveOver(from, to);
}

/**
 * Truncates a file to its first `size` bytes. A file with several names (hard links, as backups make them) is copied
 * first, so that the other names keep their content.
 */
export async function cutFile(file: string, size: number): Promise<void> {
  const { handle } = await openRegular(file, CHANGE);
  try {
    const { nlink } = await handle.stat({ bigint: true });
    if (nlink <= 1n) return await handle.truncate(size);
    await replaceFile(file, (copy) => copyBytes(handle, copy, size));
  } finally {
    await handle.close();
  }
}

/** Sets the time of a regular file. @returns false if the file system does not keep it */
export async function setTime(file: string, mtime: Date): Promise<boolean> {
  await requireRealFolder(path.dirname(file));
  requireRegular(file, await lstat(file, { bigint: true }));
  return ifSupported('time', () => utimes(file, mtime, mtime));
}

/** Removes a file, or the link in its place, and its older copies. Does nothing if there is none. */
export async function removeFile(file: string): Promise<void> {
  await unlessGone(async () => {
    await requireRealFolder(path.dirname(file));
    // Remove older copies first, so that none of them is restored.
    for (const aside of await asidesOf(file)) await unlessGone(() => unlink(aside));
    await unlink(file);
  });
}

/** Removes a folder and its content. Links are removed, not followed. */
export async function removeFolder(folder: string): Promise<void> {
  await unlessGone(() => requireRealFolder(path.dirname(folder)));
  await rm(folder, { recursive: true, force: true });
}

/** Removes a folder if it is empty. Anything else with that name stays. */
export async function removeEmptyFolder(folder: string): Promise<void> {
  await unlessGone(() => requireRealFolder(folder));
  try {
    await rmdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}

/** Creates one folder. Rejects with `EEXIST` if the name is taken. */
export async function makeFolder(folder: string): Promise<void> {
  await requireRealFolder(path.dirname(folder));
  await mkdir(folder, { mode: 0o700 });
}

/** The temporary files in a folder: those being written, here or elsewhere, and those that a crash left behind. */
export async function temporariesIn(folder: string): Promise<string[]> {
  return (await namesIn(folder))
    .filter((name) => TEMPORARY.test(name))
    .map((name) => path.join(folder, name));
}

/**
 * The temporary files that a crash left in a folder and that are useless. Excludes those that this process is writing,
 * and those whose target is missing, unless the target can be recreated.
 * @param remade names of files that can be recreated
 */
export async function uselessTemporaries(folder: string, remade: readonly string[] = []): Promise<string[]> {
  const names = await namesIn(folder);
  const known = new Set([...names, ...remade]);
  return names
    .filter((name) => TEMPORARY.test(name) && known.has(name.replace(TEMPORARY, '')))
    .map((name) => path.join(folder, name))
    .filter((file) => !ownTemporaries.has(file));
}

/** Flushes a file to the disk, if the file system supports it. */
export async function syncFile(handle: FileHandle): Promise<void> {
  await ifSupported('sync', () => handle.sync());
}

/** Stats of an entry in one of our folders, after restoring an old copy that a crash left aside. */
async function statsIn(name: string): Promise<BigIntStats> {
  // In parallel, because this runs for every file.
  const [folder, found] = await Promise.allSettled([
    requireRealFolder(path.dirname(name)),
    lstat(name, { bigint: true }),
  ]);
  if (folder.status === 'rejected') throw folder.reason;
  if (found.status === 'fulfilled') return found.value;
  const error: unknown = found.reason;
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || !(await bringBack(name))) throw error;
  return lstat(name, { bigint: true });
}

/** If the file is replaced between the check and the opening, tries once more. */
function openRegular(file: string, flags: number): Promise<OpenFile> {
  return openFound(file, flags).catch(() => openFound(file, flags));
}

async function openFound(file: string, flags: number): Promise<OpenFile> {
  const found = await statsIn(file);
  requireRegular(file, found);
  const handle = await open(file, flags);
  try {
    const stats = await handle.stat({ bigint: true });
    requireSameFile(file, found, stats);
    return { handle, stats };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function copyBytes(from: FileHandle, to: FileHandle, size: number): Promise<void> {
  const buffer = Buffer.allocUnsafe(COPY_BYTES);
  for (let at = 0; at < size;) {
    const { bytesRead } = await from.read(buffer, 0, Math.min(buffer.length, size - at), at);
    if (bytesRead === 0) return;
    await to.writeFile(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
}

async function unlessGone<T>(run: () => Promise<T>): Promise<T | null> {
  try {
    return await run();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function requireRealFolder(folder: string): Promise<void> {
  const [real, stats] = await Promise.all([realpath(folder), lstat(folder, { bigint: true })]);
  requireFolder(folder, stats);
  requireSamePath(folder, real);
}

function factsFrom({ size, mtimeNs }: BigIntStats): FileFacts {
  const mtimeMs = Number(mtimeNs / 1_000_000_000n) * 1000 + Number(mtimeNs % 1_000_000_000n) / 1e6;
  return { size: Number(size), mtimeMs, mtimeNs };
}

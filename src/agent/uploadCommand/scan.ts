import { lstatSync, opendirSync, readdirSync, realpathSync, type BigIntStats, type Dirent } from 'node:fs';
import { isUtf8 } from 'node:buffer';
import path from 'node:path';
import picomatch from 'picomatch';
import { kindOf } from '../../lib/fileGuards';
import { describeFound } from '../../shared/text/diskErrors';
import { wrongUse } from './options';

/** A named file or folder. `key`: what it adds to the prefix; empty for the content of a folder. */
export type Root = { typed: string; real: string; key: string; isFolder: boolean };

export type FoundFile = { source: string; key: string; size: number };
/** A path that is not uploaded. `path` is safe to print; `code` is for programs. */
export type SkippedPath = { path: string; code: string; message: string };
export type ScanPage = { files: FoundFile[]; skipped: SkippedPath[] };

/** Entries scanned before other work gets a turn: a few milliseconds. */
const PAGE = 400;
const MAX_KEY_BYTES = 1024;

/**
 * Resolves the named paths. A folder's name is part of the keys; a folder named with a trailing `/.` (or as `.`) adds
 * only its content. Named links are followed.
 * @throws AppFailure `WrongUse` if a path does not exist, or if two of them would get the same key
 */
export function findRoots(paths: readonly string[], cwd: string): Root[] {
  const roots = new Map<string, Root>();
  for (const typed of paths) {
    const root = findRoot(typed, cwd);
    roots.set(`${root.real}\0${root.key}`, root);
  }
  const found = [...roots.values()];
  requireApart(found);
  return found;
}

function findRoot(typed: string, cwd: string): Root {
  // An unset variable of a script must not mean the current folder.
  if (typed === '') throw wrongUse('A path is empty.', 'Name a file or folder. The current folder is “.”.');
  const full = path.resolve(cwd, typed);
  try {
    const real = realpathSync.native(full);
    const stats = lstatSync(real, { bigint: true });
    if (stats.isFile()) return { typed, real, key: path.basename(full), isFolder: false };
    if (!stats.isDirectory())
      throw wrongUse(
        `“${printable(typed)}” is ${describeFound(kindOf(stats))}, and only files and folders can be uploaded.`,
        'Name a file or folder.',
      );
    const isContent = /(^|[/\\])\.[/\\]?$/.test(typed) || path.dirname(full) === full;
    return { typed, real, key: isContent ? '' : `${path.basename(full)}/`, isFolder: true };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const why = code === 'ENOENT' || code === 'ENOTDIR' ? 'There is no' : `${code}: cannot look at`;
    throw wrongUse(`${why} “${printable(typed)}”.`, 'Check the path.');
  }
}

/** Two files at one key would replace each other. */
function requireApart(roots: readonly Root[]): void {
  const owners = new Map<string, string>();
  for (const root of roots) {
    const names = root.key === '' ? readdirSync(root.real) : [root.key.replace(/\/$/, '')];
    for (const name of names) {
      const owner = owners.get(name);
      if (owner !== undefined)
        throw wrongUse(
          `“${printable(owner)}” and “${printable(root.typed)}” would both be uploaded as “${printable(name)}”.`,
          'Upload them one after the other, to different prefixes.',
        );
      owners.set(name, root.typed);
    }
  }
}

export type ScanOptions = {
  prefix: string;
  include: readonly string[];
  exclude: readonly string[];
  /** The folder of our own state, which is never uploaded. */
  own: string;
};

type Filter = (relative: string, name: string) => boolean;

/**
 * Yields everything below the roots, a page at a time. Synchronous calls are several times as fast. Does not follow
 * links. Reports each file that cannot be uploaded, but not those that are excluded.
 */
export function* scan(roots: readonly Root[], options: ScanOptions): Generator<ScanPage> {
  const isExcluded = matcher(options.exclude);
  const isIncluded = options.include.length === 0 ? () => true : matcher(options.include);
  let page: ScanPage = { files: [], skipped: [] };
  let seen = 0;
  for (const root of roots) {
    const stack: Entry[] = [
      { source: root.real, relative: '', name: path.basename(root.real), key: root.key },
    ];
    for (let entry = stack.pop(); entry; entry = stack.pop()) {
      if (entry.relative && isExcluded(entry.relative, entry.name)) continue;
      const children = visit(entry, { page, options, isIncluded, isExcluded });
      for (const child of children) stack.push(child);
      if ((seen += 1) % PAGE !== 0) continue;
      yield page;
      page = { files: [], skipped: [] };
    }
  }
  yield page;
}

/** `relative`: path below its root, with slashes. `key`: key in the bucket, below the prefix. */
type Entry = { source: string; relative: string; name: string; key: string };
type Visit = { page: ScanPage; options: ScanOptions; isIncluded: Filter; isExcluded: Filter };

/** @returns the entries of a folder in reverse order */
function visit(entry: Entry, { page, options, isIncluded, isExcluded }: Visit): Entry[] {
  const skip = (code: string, message: string, name = entry.source) =>
    void page.skipped.push({ path: printable(name), code, message });
  try {
    const stats = lstatSync(entry.source, { bigint: true });
    if (stats.isDirectory()) return entry.source === options.own ? [] : childrenOf(entry, isExcluded, skip);
    if (!isIncluded(entry.relative || entry.name, entry.name)) return [];
    if (!stats.isFile()) return (skip(...specialFile(stats)), []);
    const key = `${options.prefix}${entry.key}`;
    if (Buffer.byteLength(key) > MAX_KEY_BYTES)
      return (skip('KeyTooLong', `Its key would be longer than ${MAX_KEY_BYTES} bytes.`), []);
    page.files.push({ source: entry.source, key, size: Number(stats.size) });
  } catch (error) {
    const { code = 'Unreadable', message } = error as NodeJS.ErrnoException;
    // Removed since its folder was listed.
    if (code !== 'ENOENT')
      skip(code, code === 'EACCES' || code === 'EPERM' ? 'It may not be read.' : message);
  }
  return [];
}

function childrenOf(
  entry: Entry,
  isExcluded: Filter,
  skip: (code: string, message: string, name: string) => void,
): Entry[] {
  const children: Entry[] = [];
  for (const { name: bytes } of readdirSync(entry.source, {
    withFileTypes: true,
    encoding: 'buffer',
  }) as Dirent<Buffer>[]) {
    const name = bytes.toString();
    const source = path.join(entry.source, name);
    const relative = entry.relative ? `${entry.relative}/${name}` : name;
    if (!isUtf8(bytes) || !name.isWellFormed()) {
      if (!isExcluded(relative, name))
        skip('NameNotUtf8', 'Its name is not valid UTF-8, and keys must be.', source);
      continue;
    }
    children.push({
      source,
      relative,
      name,
      key: entry.relative ? `${entry.key}/${name}` : `${entry.key}${name}`,
    });
  }
  return children.sort((a, b) => (a.name < b.name ? 1 : -1));
}

function specialFile(stats: BigIntStats): [string, string] {
  return stats.isSymbolicLink()
    ? ['Link', 'It is a link, and links are not followed. Name what it leads to instead.']
    : ['NotAFile', `It is ${describeFound(kindOf(stats))}, not a file.`];
}

/**
 * Whether a file was removed from its folder. If the folder is missing or empty, its disk may not be mounted; a file
 * that may not be accessed counts as existing.
 */
export function isGone(source: string): boolean {
  try {
    if (lstatSync(source, { throwIfNoEntry: false })) return false;
    const folder = opendirSync(path.dirname(source));
    try {
      return folder.readSync() !== null;
    } finally {
      folder.closeSync();
    }
  } catch {
    return false;
  }
}

/** Patterns without a slash match names at any depth; others match the path below the named folder. */
function matcher(patterns: readonly string[]): Filter {
  if (patterns.length === 0) return () => false;
  const byName = patterns.filter((pattern) => !pattern.includes('/'));
  const byPath = patterns
    .filter((pattern) => pattern.includes('/'))
    .map((pattern) => pattern.replace(/^\/|\/$/g, ''));
  const options = { dot: true };
  const matchesName = byName.length > 0 ? picomatch(byName, options) : () => false;
  const matchesPath = byPath.length > 0 ? picomatch(byPath, options) : () => false;
  return (relative, name) => matchesName(name) || matchesPath(relative);
}

/**
 * Makes outside text safe for a terminal: removes control and format characters, which could move the cursor or reverse
 * it.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '\ufffd');
}

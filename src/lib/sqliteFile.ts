import { closeSync, existsSync, openSync, renameSync } from 'node:fs';
import type * as Sqlite from 'node:sqlite';
import { AppFailure } from '../shared/appError';
import { describeDatabase, describeOldSqlite, type DatabaseTrouble } from '../shared/text/diskErrors';
import type { JsonFileContext } from './jsonFile';

export type Database = Sqlite.DatabaseSync;

/** SQLite's result codes. Source: sqlite.org/rescode.html */
const ERROR = 1;
const BUSY = 5;
const CORRUPT = 11;
const FULL = 13;
const NOTADB = 26;

/** Older versions can damage a database in WAL mode (sqlite.org/wal.html, "The WAL-Reset Bug"). */
const OLDEST_SQLITE = [3, 51, 3];

/** The log grows to 32 MiB before a checkpoint: each checkpoint waits for the disk and blocks the event loop. */
const LOG_PAGES = 8192;

/** How long another process may lock the file before it counts as in use; a backup or a virus scanner takes less. */
const BUSY_MS = 500;

export type SqliteSpec = {
  /** The content of the file, in words. */
  what: string;
  /** Each migrates the database from the version of its index to the next. Never change one that was released. */
  migrations: readonly string[];
};

/**
 * Opens a database exclusively, until it is closed or the process dies. A damaged file is renamed to `*.corrupt-<time>`
 * and replaced by a new one.
 * @param prepare prepares the statements; a database without their tables is damaged
 * @throws AppFailure `SqliteTooOld`, `NewerFile`, `StateInUse`, or the error that prevented opening the file
 */
export function openSqlite<T>(
  file: string,
  spec: SqliteSpec,
  context: JsonFileContext,
  prepare: (db: Database) => T,
): T {
  const { DatabaseSync } = requireSqlite();
  const open = () => openSound(DatabaseSync, file, spec, prepare);
  try {
    try {
      return open();
    } catch (error) {
      if (!isDamage(error)) throw error;
      const movedTo = setAside(file, context.clock.now());
      context.onQuarantine({ what: spec.what, file, movedTo, cause: String(error) });
    }
    return open();
  } catch (error) {
    throw asFailure(error, file, spec.what);
  }
}

/** Converts an SQLite error to an AppFailure; returns any other error unchanged. */
export function asFailure(error: unknown, file: string, what: string): unknown {
  const code = codeOf(error);
  if (code === undefined) return error;
  const details = `${file}: ${String(error)}, SQLite result ${code}`;
  return new AppFailure(describeDatabase(troubleOf(code & 0xff), what, details), { cause: error });
}

function openSound<T>(
  DatabaseSync: typeof Sqlite.DatabaseSync,
  file: string,
  spec: SqliteSpec,
  prepare: (db: Database) => T,
): T {
  if (existsSync(file)) requireKnownVersion(DatabaseSync, file, spec);
  // SQLite would make the file readable for others. Its other files inherit the permissions of this one.
  else closeSync(openSync(file, 'a', 0o600));
  const db = new DatabaseSync(file, { timeout: BUSY_MS });
  try {
    // The lock lasts until this process ends, even if it is killed.
    db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    db.exec(`PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = ${LOG_PAGES}; BEGIN EXCLUSIVE; COMMIT`);
    const [found] = db.prepare('PRAGMA quick_check(1)').all() as { quick_check: string }[];
    if (found?.quick_check !== 'ok') throw new Damage(found?.quick_check);
    migrate(db, spec);
    return prepare(db);
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Checks read-only: a newer database must not change, not even on close. */
function requireKnownVersion(
  DatabaseSync: typeof Sqlite.DatabaseSync,
  file: string,
  { what, migrations }: SqliteSpec,
) {
  const db = new DatabaseSync(file, { timeout: BUSY_MS, readOnly: true });
  try {
    const version = versionOf(db);
    const details = `${file}: version ${version}, known up to ${migrations.length}`;
    if (version > migrations.length) throw new AppFailure(describeDatabase('newer', what, details));
  } finally {
    db.close();
  }
}

function versionOf(db: Database): number {
  return Number(db.prepare('PRAGMA user_version').get()?.user_version);
}

function migrate(db: Database, { migrations }: SqliteSpec): void {
  for (let version = versionOf(db); version < migrations.length; version += 1)
    db.exec(`BEGIN IMMEDIATE; ${migrations[version]!}; PRAGMA user_version = ${version + 1}; COMMIT`);
}

function requireSqlite(): typeof Sqlite {
  const version = process.versions.sqlite;
  const sqlite = process.getBuiltinModule?.('node:sqlite') as typeof Sqlite | undefined;
  if (sqlite && version !== undefined && isNewEnough(version)) return sqlite;
  const oldest = OLDEST_SQLITE.join('.');
  throw new AppFailure(describeOldSqlite({ found: version, oldest, node: process.versions.node }));
}

function isNewEnough(version: string): boolean {
  const numbers = version.split('.').map(Number);
  const at = OLDEST_SQLITE.findIndex((oldest, index) => numbers[index] !== oldest);
  return at === -1 || (numbers[at] ?? 0) > OLDEST_SQLITE[at]!;
}

class Damage extends Error {}

/** A file with the right version but without its tables is damaged too. */
function isDamage(error: unknown): boolean {
  const code = codeOf(error);
  if (error instanceof Damage) return true;
  return code !== undefined && [ERROR, CORRUPT, NOTADB].includes(code & 0xff);
}

function codeOf(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  return typeof code === 'number' ? code : undefined;
}

/** Moves the log first: SQLite would replay a leftover log into the new database. */
function setAside(file: string, now: number): string {
  const movedTo = `${file}.corrupt-${now}`;
  for (const suffix of ['-wal', '-shm', ''])
    if (existsSync(file + suffix)) renameSync(file + suffix, movedTo + suffix);
  return movedTo;
}

function troubleOf(code: number): DatabaseTrouble {
  if (code === BUSY) return 'in-use';
  if (code === FULL) return 'full';
  return code === CORRUPT || code === NOTADB ? 'damaged' : 'failed';
}

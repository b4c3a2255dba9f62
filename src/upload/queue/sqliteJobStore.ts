import * as z from 'zod/mini';
import type { JsonFileContext } from '../../lib/jsonFile';
import { line, record, word } from '../../shared/bounds';
import { jobStateSchema, uploadedPartSchema, type JobState, type UploadedPart } from '../../shared/upload';
import type { Job, UploadTarget } from '../job';
import type { JobTable, TableJob } from './jobTable';
import { MAX_BACKOFF_MS } from './destinationGate';
import { newJobState } from './queueState';
import { asFailure, openSqlite, type Database } from '../../lib/sqliteFile';

const WHAT = 'states of uploads';

/** `status` and the parts of multipart uploads have their own columns and rows, and are not in `state` (JSON). */
const MIGRATIONS = [
  `CREATE TABLE job (
     seq INTEGER PRIMARY KEY,
     job_id TEXT NOT NULL UNIQUE,
     destination TEXT,
     source TEXT,
     target TEXT,
     status TEXT NOT NULL,
     due_at REAL,
     state TEXT NOT NULL
   ) STRICT;
   CREATE INDEX job_due ON job(destination, status, due_at, seq);
   CREATE TABLE part (
     job INTEGER NOT NULL REFERENCES job(seq) ON DELETE CASCADE,
     number INTEGER NOT NULL,
     size INTEGER NOT NULL,
     etag TEXT NOT NULL,
     checksum TEXT,
     PRIMARY KEY (job, number)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE unreadable (
     job_id TEXT NOT NULL,
     found_at REAL NOT NULL,
     cause TEXT NOT NULL,
     state TEXT NOT NULL
   ) STRICT`,
  // Most jobs are pending once, and then change their status twice.
  `DROP INDEX job_due;
   CREATE INDEX job_pending ON job(destination, due_at, seq) WHERE status = 'pending'`,
];

const targetSchema = z.object({
  key: line,
  contentType: line,
  metadata: record(word, line, 100),
  ifExists: z.enum(['refuse', 'replace-own', 'replace']),
  ownerEntry: z.optional(word),
  proof: z.optional(z.enum(['head', 'reply'])),
});

export type SqliteJobStoreContext = JsonFileContext & {
  /** Called for an unreadable state, which moves to the table `unreadable`; its job starts again from the beginning. */
  onUnreadable: (jobId: string, cause: unknown) => void;
};

type Row = {
  seq: number;
  job_id: string;
  source: string | null;
  target: string | null;
  status: string;
  state: string;
};
type PartRow = { number: number; size: number; etag: string; checksum: string | null };
type Parts = Map<number, UploadedPart>;
type Write = {
  work: () => unknown;
  syncs: boolean;
  done: (value: unknown) => void;
  fail: (e: unknown) => void;
};
type Statements = ReturnType<typeof prepareStatements>;

/** @throws AppFailure if the database cannot be opened (see `openSqlite`) */
export function openSqliteJobStore(file: string, context: SqliteJobStoreContext): JobTable {
  const spec = { what: WHAT, migrations: MIGRATIONS };
  return openSqlite(file, spec, context, (db) => new SqliteJobStore(db, file, context));
}

/** Turns of the event loop that a write waits for others: a commit costs as much as several writes. */
const COMMIT_AFTER_TURNS = 8;

/**
 * Jobs in an SQLite database. All writes within a few turns of the event loop share one transaction, and each resolves
 * after its commit. A commit survives a crash of the process. A power loss may undo the last commits (`synchronous =
 * NORMAL`): the owner entry then identifies the objects already uploaded. Unfinished multipart uploads, which no object
 * shows, are synced to the disk (`FULL`).
 */
class SqliteJobStore implements JobTable {
  private readonly sql: Statements;
  private waiting: Write[] = [];
  private syncsFully = false;
  private isClosed = false;
  /** This process wrote all later rows, so it need not validate them. */
  private readonly lastFoundSeq: number;
  /** The rows of uploading jobs, and their parts as stored in the database. */
  private readonly claimed = new Map<string, { seq: number; parts: Parts }>();

  constructor(
    private readonly db: Database,
    private readonly file: string,
    private readonly context: SqliteJobStoreContext,
  ) {
    this.sql = prepareStatements(db);
    this.sql.restore.run();
    this.lastFoundSeq = (this.sql.lastSeq.get() as { seq: number | null }).seq ?? 0;
  }

  async read(jobId: string): Promise<JobState | null> {
    await this.settled();
    return this.guard(() => {
      const row = this.sql.find.get(jobId) as Row | undefined;
      return row ? this.toState(row) : null;
    });
  }

  async readAll(jobIds?: readonly string[]): Promise<JobState[]> {
    await this.settled();
    return this.guard(() => {
      const rows = jobIds
        ? jobIds.map((id) => this.sql.find.get(id) as Row | undefined).filter((row) => row !== undefined)
        : (this.sql.all.all() as Row[]);
      return this.readable(rows, (row) => this.toState(row));
    });
  }

  save(state: JobState): Promise<void> {
    return this.write(() => this.put(state), syncsFully(state));
  }

  async add(jobs: readonly TableJob[]): Promise<void> {
    await this.write(() => {
      for (const { job, destinationId, state } of jobs) {
        const { jobId, source } = job;
        const target = JSON.stringify(job.target);
        const kept = [jobId, state.status, dueAt(state), toText(state)] as const;
        // Most jobs are new, so there is no row to replace.
        const added = this.sql.add.get(...kept, destinationId, source, target) as Row | undefined;
        if (added) {
          this.putParts(added.seq, state, new Map());
          continue;
        }
        this.put(state);
        this.sql.setJob.run(destinationId, source, target, jobId);
      }
    });
  }

  next(most: number, now: number, destinationId: string): Promise<TableJob[]> {
    return this.write(() => {
      const due = this.sql.due.all(destinationId, now, most) as Row[];
      // The clock was set back: no wait is ever this long.
      const stranded = this.sql.dueAfter.all(destinationId, now + MAX_BACKOFF_MS, most - due.length) as Row[];
      return [...due, ...stranded].flatMap((row) => {
        const job = this.claimedJob(row);
        return job ? [{ job, destinationId, state: this.claimedState(row, now) }] : [];
      });
    });
  }

  async nextDueAt(destinationId: string): Promise<number | null> {
    await this.settled();
    return this.guard(() => {
      const found = this.sql.nextDue.get(destinationId) as { due_at: number | null } | undefined;
      return found?.due_at ?? null;
    });
  }

  async release(jobIds: readonly string[]): Promise<void> {
    await this.write(() => {
      for (const jobId of jobIds) {
        this.sql.release.run(jobId);
        this.claimed.delete(jobId);
      }
    });
  }

  async shelve(): Promise<void> {
    await this.write(() => this.sql.shelve.run());
  }

  async leftBehind(destinationId: string): Promise<TableJob[]> {
    await this.settled();
    return this.guard(() => {
      const rows = this.sql.leftBehind.all(destinationId) as Row[];
      return this.readable(rows, (row) => ({ job: toJob(row), destinationId, state: this.toState(row) }));
    });
  }

  async remove(jobId: string): Promise<void> {
    await this.write(() => {
      this.sql.remove.run(jobId);
      this.claimed.delete(jobId);
    });
  }

  async close(): Promise<void> {
    await this.settled();
    if (this.isClosed) return;
    this.isClosed = true;
    this.guard(() => this.db.close());
  }

  private write<T>(work: () => T, syncs = false): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (syncs || this.waiting.length === 0) this.commitAfter(syncs ? 0 : COMMIT_AFTER_TURNS);
      const done = resolve as (value: unknown) => void;
      this.waiting.push({ work, syncs, done, fail: reject });
    });
  }

  /** Resolves once every write requested so far has been attempted. */
  private async settled(): Promise<void> {
    if (this.waiting.length > 0) await this.write(() => undefined);
  }

  private commitAfter(turns: number): void {
    setImmediate(() => (turns > 0 ? this.commitAfter(turns - 1) : this.commit()));
  }

  private commit(): void {
    const group = this.waiting;
    if (group.length === 0) return;
    this.waiting = [];
    try {
      const values = this.transact(group);
      group.forEach(({ done }, index) => done(values[index]));
    } catch (error) {
      if (group.length === 1) group[0]!.fail(asFailure(error, this.file, WHAT));
      // A failed write must not fail the others.
      else for (const write of group) this.commitAlone(write);
    }
  }

  private commitAlone(write: Write): void {
    try {
      write.done(this.transact([write])[0]);
    } catch (error) {
      write.fail(asFailure(error, this.file, WHAT));
    }
  }

  private transact(group: readonly Write[]): unknown[] {
    const syncsFully = group.some(({ syncs }) => syncs);
    if (syncsFully !== this.syncsFully)
      this.db.exec(`PRAGMA synchronous = ${syncsFully ? 'FULL' : 'NORMAL'}`);
    this.syncsFully = syncsFully;
    this.sql.begin.run();
    try {
      const values = group.map(({ work }) => work());
      this.sql.commit.run();
      return values;
    } catch (error) {
      // SQLite may have rolled back already, for example on a full disk.
      if (this.db.isTransaction) this.sql.rollback.run();
      this.claimed.clear();
      throw error;
    }
  }

  private put(state: JobState): void {
    const { jobId, status } = state;
    // An invalid state must not replace the stored one.
    z.parse(jobStateSchema, withoutParts(state));
    const known = this.claimed.get(jobId);
    if (known) {
      const { changes } = this.sql.update.run(status, dueAt(state), toText(state), known.seq);
      if (changes !== 1) throw new Error(`the row of job ${jobId} is gone`);
      known.parts = this.putParts(known.seq, state, known.parts);
    } else {
      const { seq } = this.sql.put.get(jobId, status, dueAt(state), toText(state)) as Row;
      const parts = this.putParts(seq, state, this.partsOf(seq));
      this.claimed.set(jobId, { seq, parts });
    }
    if (status !== 'uploading') this.claimed.delete(jobId);
  }

  /** Writes only the changed parts: a large file has thousands. @returns the current parts */
  private putParts(seq: number, { multipart }: JobState, before: Parts): Parts {
    const now: Parts = new Map();
    for (const part of multipart?.parts ?? []) {
      now.set(part.number, part);
      if (isSamePart(before.get(part.number), part)) continue;
      const { number, size, etag, checksum = null } = z.parse(uploadedPartSchema, part);
      this.sql.putPart.run(seq, number, size, etag, checksum);
    }
    for (const number of before.keys()) if (!now.has(number)) this.sql.removePart.run(seq, number);
    return now;
  }

  private partsOf(seq: number): Parts {
    const rows = this.sql.parts.all(seq) as PartRow[];
    return byNumber(rows.map(({ checksum, ...part }) => (checksum === null ? part : { ...part, checksum })));
  }

  /** Null if the row holds no valid job; the row then moves to the table `unreadable`. */
  private claimedJob(row: Row): Job | null {
    try {
      const job = this.isOwn(row) ? asJob(row, JSON.parse(row.target!) as UploadTarget) : toJob(row);
      this.sql.claim.run(row.seq);
      return job;
    } catch (error) {
      this.setAside({ ...row, state: JSON.stringify(row) }, error);
      this.sql.remove.run(row.job_id);
      return null;
    }
  }

  private claimedState(row: Row, now: number): JobState {
    try {
      const state = this.toState(row);
      this.claimed.set(row.job_id, { seq: row.seq, parts: byNumber(state.multipart?.parts ?? []) });
      return { ...state, status: 'uploading' };
    } catch (error) {
      this.setAside(row, error);
      const state: JobState = { ...newJobState(row.job_id, now), status: 'uploading' };
      this.put(state);
      return state;
    }
  }

  /** @throws if the row holds no valid state */
  private toState(row: Row): JobState {
    const { seq, job_id: jobId, status, state } = row;
    const read = { ...JSON.parse(state), jobId, status };
    const { multipart, ...rest } = this.isOwn(row) ? (read as JobState) : z.parse(jobStateSchema, read);
    if (!multipart) return rest;
    const parts = z.parse(jobStateSchema.shape.multipart, {
      ...multipart,
      parts: [...this.partsOf(seq).values()],
    });
    return { ...rest, multipart: parts };
  }

  /** Maps rows with `read`. Moves rows that cannot be read to the table `unreadable`. */
  private readable<T>(rows: readonly Row[], read: (row: Row) => T): T[] {
    return rows.flatMap((row) => {
      try {
        return [read(row)];
      } catch (error) {
        this.setAside(row, error);
        return [];
      }
    });
  }

  private isOwn({ seq }: Row): boolean {
    return seq > this.lastFoundSeq;
  }

  private setAside({ job_id: jobId, state }: Row, cause: unknown): void {
    this.sql.setAside.run(jobId, this.context.clock.now(), String(cause), state, jobId, state);
    this.context.onUnreadable(jobId, cause);
  }

  private guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw asFailure(error, this.file, WHAT);
    }
  }
}

/** The content of the column `state`. */
function toText(state: JobState): string {
  const { jobId: _id, status: _status, ...rest } = withoutParts(state);
  return JSON.stringify(rest);
}

function withoutParts(state: JobState): JobState {
  return state.multipart ? { ...state, multipart: { ...state.multipart, parts: [] } } : state;
}

function byNumber(parts: readonly UploadedPart[]): Parts {
  return new Map(parts.map((part) => [part.number, part]));
}

function toJob(row: Row): Job {
  return asJob(row, z.parse(targetSchema, JSON.parse(row.target!)));
}

function asJob({ job_id: jobId, source }: Row, target: UploadTarget): Job {
  return { jobId, source: source!, target };
}

/** Null: has no due time of its own. The gate of a destination holds back all its jobs; they need no own times. */
function dueAt({ reason }: JobState): number | null {
  if (reason?.kind === 'paused') return null;
  return reason?.kind === 'backoff' ? reason.untilMs : 0;
}

function syncsFully({ multipart, createIntent, pendingAborts }: JobState): boolean {
  return multipart !== undefined || createIntent !== undefined || pendingAborts.length > 0;
}

function isSamePart(a: UploadedPart | undefined, b: UploadedPart): boolean {
  if (a === b) return true;
  return a?.size === b.size && a.etag === b.etag && a.checksum === b.checksum;
}

function prepareStatements(db: Database) {
  const columns = 'seq, job_id, source, target, status, state';
  return {
    begin: db.prepare('BEGIN IMMEDIATE'),
    commit: db.prepare('COMMIT'),
    rollback: db.prepare('ROLLBACK'),
    restore: db.prepare(`UPDATE job SET status = 'pending' WHERE status = 'uploading'`),
    lastSeq: db.prepare('SELECT max(seq) AS seq FROM job'),
    find: db.prepare(`SELECT ${columns} FROM job WHERE job_id = ?`),
    all: db.prepare(`SELECT ${columns} FROM job`),
    put: db.prepare(
      `INSERT INTO job (job_id, status, due_at, state) VALUES (?, ?, ?, ?)
       ON CONFLICT (job_id) DO UPDATE SET status = excluded.status, due_at = excluded.due_at, state = excluded.state
       RETURNING seq`,
    ),
    update: db.prepare('UPDATE job SET status = ?, due_at = ?, state = ? WHERE seq = ?'),
    add: db.prepare(
      `INSERT INTO job (job_id, status, due_at, state, destination, source, target) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (job_id) DO NOTHING
       RETURNING seq`,
    ),
    setJob: db.prepare('UPDATE job SET destination = ?, source = ?, target = ? WHERE job_id = ?'),
    due: db.prepare(
      `SELECT ${columns} FROM job WHERE destination = ? AND status = 'pending' AND due_at <= ?
       ORDER BY due_at, seq LIMIT ?`,
    ),
    dueAfter: db.prepare(
      `SELECT ${columns} FROM job WHERE destination = ? AND status = 'pending' AND due_at > ?
       ORDER BY due_at, seq LIMIT ?`,
    ),
    nextDue: db.prepare(
      `SELECT min(due_at) AS due_at FROM job WHERE destination = ? AND status = 'pending' AND due_at IS NOT NULL`,
    ),
    claim: db.prepare(`UPDATE job SET status = 'uploading' WHERE seq = ?`),
    release: db.prepare(`UPDATE job SET status = 'pending' WHERE job_id = ? AND status = 'uploading'`),
    shelve: db.prepare(`UPDATE job SET status = 'not_uploaded' WHERE status = 'pending'`),
    leftBehind: db.prepare(
      `SELECT ${columns} FROM job WHERE destination = ? AND status IN ('not_uploaded', 'failed', 'done')
         AND CASE WHEN json_valid(state) THEN json_type(state, '$.multipart') IS NOT NULL
           OR json_array_length(state, '$.pendingAborts') > 0 END
       ORDER BY seq`,
    ),
    remove: db.prepare('DELETE FROM job WHERE job_id = ?'),
    parts: db.prepare('SELECT number, size, etag, checksum FROM part WHERE job = ? ORDER BY number'),
    putPart: db.prepare(
      `INSERT INTO part (job, number, size, etag, checksum) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (job, number) DO UPDATE SET size = excluded.size, etag = excluded.etag, checksum = excluded.checksum`,
    ),
    removePart: db.prepare('DELETE FROM part WHERE job = ? AND number = ?'),
    setAside: db.prepare(
      `INSERT INTO unreadable (job_id, found_at, cause, state) SELECT ?, ?, ?, ?
       WHERE NOT EXISTS (SELECT 1 FROM unreadable WHERE job_id = ? AND state = ?)`,
    ),
  };
}

import type { AppError } from '../../shared/appError';
import { FILES_MISSING } from '../../shared/missingFiles';
import type { OtherFiles } from '../../shared/otherFiles';
import { without } from '../../shared/without';
import type { Logger } from '../../shared/runtime';
import type { RecordingSummary } from '../sessionsPort';
import { statsOf, isThere } from '../../lib/guardedFiles';
import type { JsonFileContext } from '../../lib/jsonFile';
import { FILES_AT_ONCE, mapConcurrently } from '../../lib/concurrency';
import { findAbsent, markOfRecorded } from './integrityCache';
import { findBundleDamage } from './bundleDamage';
import { fileStamp, stampOf } from './fileStamp';
import { findOthers, markOfOthers } from './otherFiles';
import { cannotRead } from './sessionErrors';
import { isSessionFolder, sessionFolderStats } from './sessionFolder';
import type { SessionPaths } from './sessionPaths';
import { summariseSession, unreadable } from './summarise';

/** A session's current activity in this process. Overrides the state that the files show. */
export type SessionActivity = Pick<RecordingSummary, 'condition' | 'exportProgress' | 'problem'> &
  Partial<Pick<RecordingSummary, 'actionCount' | 'screenshotCount'>>;

/** A bundle's stamp, and the damage found at that stamp. */
type Judged = { stamp: string; problem: AppError | null };

type Cached = {
  mtimeNs: bigint;
  summary: RecordingSummary;
  /** The bundle when it was last checked. */
  judged?: Judged;
  /** The bundle when it was last checked thoroughly since its folder changed. */
  judgedClosely?: Judged;
};

/** Caches the summaries of many sessions and reads only changed folders again. */
export class SessionList {
  readonly #activities = new Map<string, SessionActivity>();
  readonly #cache = new Map<string, Cached>();
  readonly #paths: (sessionId: string) => SessionPaths;
  readonly #files: JsonFileContext;
  readonly #log: Logger;
  /** The missing files found at the last check, and a mark that changes with the folder. */
  readonly #inspected = new Map<string, { mark: string; absent: string[] }>();
  /** The other files found at the last check, and a mark that changes with them. */
  readonly #others = new Map<string, { mark: string; found: OtherFiles }>();
  /** The last error per folder: a repeated error is logged once, not every other second. */
  readonly #failures = new Map<string, string>();

  constructor(paths: (sessionId: string) => SessionPaths, files: JsonFileContext, log: Logger) {
    this.#paths = paths;
    this.#files = files;
    this.#log = log;
  }

  activity(sessionId: string): SessionActivity | null {
    return this.#activities.get(sessionId) ?? null;
  }

  setActivity(sessionId: string, activity: SessionActivity | null): void {
    if (activity === null) this.#activities.delete(sessionId);
    else this.#activities.set(sessionId, activity);
    this.#cache.delete(sessionId);
    this.#inspected.delete(sessionId);
  }

  /**
   * Checks whether the folders hold the recorded files if anything in them changed since the last check. Meant for the
   * few sessions on screen. An export that was refused for missing files is no longer refused when they are back.
   * @returns whether a summary changed
   */
  async inspect(sessionIds: readonly string[]): Promise<boolean> {
    let isNews = false;
    for (const sessionId of sessionIds) {
      try {
        if (await isSessionFolder(this.#paths(sessionId))) {
          isNews = (await this.#inspectOthers(sessionId)) || isNews;
          isNews = (await this.#inspect(sessionId)) || isNews;
        }
        this.#failures.delete(sessionId);
      } catch (thrown) {
        const error = String(thrown);
        if (this.#failures.get(sessionId) !== error)
          this.#log.warn('recorded files not looked for', { sessionId, error });
        this.#failures.set(sessionId, error);
      }
    }
    return isNews;
  }

  /** Looks now for files in a session's folder that the app does not make. The list shows the result from then on. */
  async lookForOthers(sessionId: string): Promise<OtherFiles> {
    const paths = this.#paths(sessionId);
    // Deleting a link removes only the link.
    if (!(await isSessionFolder(paths))) return { names: [], count: 0 };
    const mark = await markOfOthers(paths);
    const found = await findOthers(paths);
    this.#others.set(sessionId, { mark, found });
    return found;
  }

  async #inspectOthers(sessionId: string): Promise<boolean> {
    const paths = this.#paths(sessionId);
    const before = this.#others.get(sessionId);
    if (before?.mark === (await markOfOthers(paths)) || !(await isThere(paths.folder))) return false;
    const { names, count } = await this.lookForOthers(sessionId);
    return count !== (before?.found.count ?? 0) || names.join('/') !== (before?.found.names ?? []).join('/');
  }

  async #inspect(sessionId: string): Promise<boolean> {
    const activity = this.#activities.get(sessionId);
    if (activity !== undefined && activity.condition !== 'export-failed') return false;
    const paths = this.#paths(sessionId);
    const mark = await markOfRecorded(paths);
    const before = this.#inspected.get(sessionId);
    if (before?.mark === mark || !(await isThere(paths.folder))) return false;
    const refused = activity?.problem?.code === FILES_MISSING;
    const { absent, agreed, hasBundle } = await findAbsent(paths, this.#files, this.#log, refused);
    // Changed during the scan: discard.
    if (this.#activities.get(sessionId) !== activity || (await markOfRecorded(paths)) !== mark) return false;
    const areBack = refused && without(absent, agreed).length === 0;
    if (areBack) this.setActivity(sessionId, null);
    this.#inspected.set(sessionId, { mark, absent });
    // A complete session is not reported.
    const wasTold = before ? before.absent.join() : hasBundle && agreed.length === 0 ? '' : undefined;
    return areBack || wasTold !== absent.join();
  }

  /** Checks a bundle thoroughly. The list, which compares only the size at first, shows the result from then on. */
  async bundleDamage(sessionId: string): Promise<AppError | null> {
    const paths = this.#paths(sessionId);
    const stamp = await fileStamp(paths.bundle);
    const before = this.#cache.get(sessionId)?.judgedClosely;
    if (before?.stamp === stamp) return before.problem;
    const problem = await findBundleDamage(paths, this.#files);
    const known = this.#cache.get(sessionId);
    if (known) known.judged = known.judgedClosely = { stamp, problem };
    return problem;
  }

  /** Newest first; leaves out sessions that were deleted meanwhile. */
  async read(present: string[]): Promise<RecordingSummary[]> {
    const ids = new Set(present);
    for (const known of this.#cache.keys()) if (!ids.has(known)) this.#cache.delete(known);
    for (const known of this.#inspected.keys()) if (!ids.has(known)) this.#inspected.delete(known);
    for (const known of this.#others.keys()) if (!ids.has(known)) this.#others.delete(known);
    // A failed export of a removed folder does not apply to a folder that is copied back.
    for (const [known, { condition }] of this.#activities)
      if (!ids.has(known) && condition === 'export-failed') this.#activities.delete(known);
    const rows = await mapConcurrently(present, FILES_AT_ONCE, (id) => this.#summaryUnlessGone(id));
    return rows
      .filter((row) => row !== null)
      .map((row) => this.#withOthers(row))
      .sort((a, b) => b.createdAt - a.createdAt);
  }

  #withOthers(row: RecordingSummary): RecordingSummary {
    const others = this.#others.get(row.sessionId)?.found;
    return others && others.count > 0 && row.condition !== 'not-a-folder'
      ? { ...row, otherFiles: others }
      : row;
  }

  async #summaryUnlessGone(sessionId: string, isSecondLook = false): Promise<RecordingSummary | null> {
    try {
      const summary = await this.#summary(sessionId);
      return { ...summary, absentFiles: this.#inspected.get(sessionId)?.absent };
    } catch (error) {
      // One unreadable session must not hide the others.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return this.#whyUnreadable(sessionId, error);
      if (!(await isThere(this.#paths(sessionId).folder))) return null;
      // A file was replaced during the read.
      return isSecondLook
        ? unreadable(sessionId, cannotRead(error))
        : this.#summaryUnlessGone(sessionId, true);
    }
  }

  /** The current activity is more precise, except for an entry that is not a session, or not one yet. */
  #whyUnreadable(sessionId: string, error: unknown): RecordingSummary {
    const row = unreadable(sessionId, cannotRead(error));
    const isSession = row.condition !== 'to-adopt' && row.condition !== 'not-a-folder';
    return isSession ? { ...row, ...this.#activities.get(sessionId) } : row;
  }

  /** Every atomic write into a folder changes the folder's time: unchanged time, unchanged summary. */
  async #summary(sessionId: string): Promise<RecordingSummary> {
    const paths = this.#paths(sessionId);
    const { mtimeNs } = await sessionFolderStats(paths);
    const known = this.#cache.get(sessionId);
    if (known?.mtimeNs === mtimeNs) return this.#asItIsNow(known, paths);
    const summary = await summariseSession(sessionId, paths, this.#files);
    const activity = this.#activities.get(sessionId);
    // Logs grow without changing their folder's time.
    if (activity !== undefined) return { ...summary, ...activity };
    const read = { mtimeNs, summary, judged: known?.judged };
    this.#cache.set(sessionId, read);
    return this.#asItIsNow(read, paths);
  }

  /** The bundle is checked again: writing to it does not change its folder's time. */
  async #asItIsNow(known: Cached, paths: SessionPaths): Promise<RecordingSummary> {
    const { summary } = known;
    // A summary that was made while the bundle was away has no bundle size.
    if (summary.fileSizeBytes === undefined && summary.condition !== 'exported') return summary;
    const stats = await statsOf(paths.bundle);
    if (stats === null) return { ...summary, fileSizeBytes: undefined };
    const size = Number(stats.size);
    const now = { ...summary, fileSizeBytes: size };
    if (summary.condition !== 'exported') return now;
    const stamp = stampOf(stats);
    if (known.judged?.stamp !== stamp) {
      // At first only the size is compared, so that thousands of sessions list quickly.
      const isAsMade = known.judged === undefined && size === summary.fileSizeBytes;
      const problem = isAsMade ? null : await findBundleDamage(paths, this.#files);
      known.judged = { stamp, problem };
    }
    const { problem } = known.judged;
    return problem ? { ...now, condition: 'export-failed', problem } : now;
  }
}

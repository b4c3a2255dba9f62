import { stat } from 'node:fs/promises';
import type { RecordingSummary } from '../types';
import type { JsonFileContext } from '../lib/jsonFile';
import { findBundleDamage } from './bundleDamage';
import { fileExists, fileSize } from './jsonLines';
import { cannotRead } from './sessionErrors';
import type { SessionPaths } from './sessionPaths';
import { summariseSession, unreadable } from './summarise';

/** What is going on with a session right now, known to this process only. Replaces what the files say. */
export type SessionActivity = Pick<RecordingSummary, 'condition' | 'exportProgress' | 'problem'> &
  Partial<Pick<RecordingSummary, 'actionCount' | 'screenshotCount'>>;

const READ_AT_ONCE = 32;

/** Summaries of many sessions, read again only where a folder changed. */
export class SessionList {
  readonly #activities = new Map<string, SessionActivity>();
  readonly #cache = new Map<string, { mtimeNs: bigint; summary: RecordingSummary }>();
  readonly #paths: (sessionId: string) => SessionPaths;
  readonly #files: JsonFileContext;

  constructor(paths: (sessionId: string) => SessionPaths, files: JsonFileContext) {
    this.#paths = paths;
    this.#files = files;
  }

  activity(sessionId: string): SessionActivity | null {
    return this.#activities.get(sessionId) ?? null;
  }

  setActivity(sessionId: string, activity: SessionActivity | null): void {
    if (activity === null) this.#activities.delete(sessionId);
    else this.#activities.set(sessionId, activity);
    this.#cache.delete(sessionId);
  }

  /** Newest first; sessions deleted meanwhile are left out. */
  async read(present: string[]): Promise<RecordingSummary[]> {
    const ids = new Set(present);
    for (const known of this.#cache.keys()) if (!ids.has(known)) this.#cache.delete(known);
    // What failed with a folder that was taken away says nothing of one that is copied back.
    for (const [known, { condition }] of this.#activities)
      if (!ids.has(known) && condition === 'export-failed') this.#activities.delete(known);
    const rows: RecordingSummary[] = [];
    for (let at = 0; at < present.length; at += READ_AT_ONCE) {
      const batch = present.slice(at, at + READ_AT_ONCE).map((id) => this.#summaryUnlessGone(id));
      rows.push(...(await Promise.all(batch)).filter((row) => row !== null));
    }
    return rows.sort((a, b) => b.createdAt - a.createdAt);
  }

  async #summaryUnlessGone(sessionId: string, isSecondLook = false): Promise<RecordingSummary | null> {
    try {
      return await this.#summary(sessionId);
    } catch (error) {
      // One session that cannot be read must not hide the others.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return unreadable(sessionId, cannotRead(error));
      if (!(await fileExists(this.#paths(sessionId).folder))) return null;
      // A file was replaced by its successor while we looked.
      return isSecondLook
        ? unreadable(sessionId, cannotRead(error))
        : this.#summaryUnlessGone(sessionId, true);
    }
  }

  /** Anything written atomically into a folder changes its time: unchanged time, unchanged summary. */
  async #summary(sessionId: string): Promise<RecordingSummary> {
    const paths = this.#paths(sessionId);
    const { mtimeNs } = await stat(paths.folder, { bigint: true });
    const known = this.#cache.get(sessionId);
    if (known?.mtimeNs === mtimeNs) return this.#asItIsNow(known.summary, paths);
    const summary = await summariseSession(sessionId, paths, this.#files);
    const activity = this.#activities.get(sessionId);
    // Logs that are being written to grow without their folder's time changing.
    if (activity !== undefined) return { ...summary, ...activity };
    this.#cache.set(sessionId, { mtimeNs, summary });
    return this.#asItIsNow(summary, paths);
  }

  /** The bundle's size is that of the file now: one that is written to changes no time of its folder. */
  async #asItIsNow(summary: RecordingSummary, paths: SessionPaths): Promise<RecordingSummary> {
    if (summary.fileSizeBytes === undefined) return summary;
    const fileSizeBytes = (await fileSize(paths.bundle)) ?? undefined;
    const now = { ...summary, fileSizeBytes };
    if (fileSizeBytes === summary.fileSizeBytes || summary.condition !== 'exported') return now;
    const problem = await findBundleDamage(paths, this.#files);
    return problem ? { ...now, condition: 'export-failed', problem } : now;
  }
}

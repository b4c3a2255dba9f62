import { isThere } from '../../lib/guardedFiles';
import { FILES_AT_ONCE, mapConcurrently } from '../../lib/concurrency';
import type { WatchFolder } from '../../lib/watchFolder';
import type { Clock, Logger, Timer } from '../../shared/runtime';
import { fileStamp } from './fileStamp';
import { isSessionFolder } from './sessionFolder';
import type { SessionPaths } from './sessionPaths';

/** Ids of sessions whose folders appeared or disappeared, for any reason, and of those whose bundles were put back. */
export type SessionsMoved = { appeared: string[]; gone: string[]; bundlesBack: string[] };

export type SessionWatchInput = {
  sessionsDir: string;
  sessions: {
    ids(): Promise<string[]>;
    paths(sessionId: string): SessionPaths;
    /** The names of folders that hold recordings but are not sessions. */
    strays(): Promise<string[]>;
    /** Looks for recorded files. Resolves to whether the result changed. */
    inspect(sessionIds: readonly string[]): Promise<boolean>;
  };
  clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  log: Logger;
  watchFolder: WatchFolder;
  /**
   * Whether the app itself repeatedly writes in a session's folder, as an upload does for its record. Such changes are
   * ignored; otherwise each check would cause the next.
   */
  isWritten: (sessionId: string) => boolean;
  /** Awaited after each check that found a change, including a changed bundle size. Must not reject. */
  onChanged: (moved: SessionsMoved) => Promise<void>;
};

/** Moving or copying a folder causes several events at once. */
const CALM_MS = 300;
/** A growing copy is checked again until it stops growing. */
const AGAIN_MS = 2000;

/** The stamps of a session's folder and bundle. */
type Mark = { folder: string; bundle: string };

/**
 * Notices external changes to the sessions while the app runs. Reports a removed or restored folder at once, and a
 * changed or removed bundle when `look` is called. `look` costs two `stat` calls a session. `lookAt` checks a few
 * sessions and their recorded files; call it every other second for those on screen.
 */
export class SessionWatch {
  readonly #input: SessionWatchInput;
  /** As of the last check. */
  #known: Map<string, Mark> | null = null;
  /** The names of the folders that are not sessions, as of the last check. */
  #strays = '';
  #looking: Promise<void> = Promise.resolve();
  /** A requested check that has not begun. */
  #next: Promise<void> | null = null;
  #timer: Timer | null = null;
  #endWatching: (() => void) | null = null;
  #isClosed = false;
  /** The sessions folder was missing at the last check. */
  #wasAway = false;

  constructor(input: SessionWatchInput) {
    this.#input = input;
  }

  /** Records the current sessions as known and starts watching. */
  async start(): Promise<void> {
    const { sessionsDir, watchFolder, log } = this.#input;
    const failed = (error: unknown) =>
      log.warn('the folder of sessions is not watched', { error: String(error) });
    try {
      this.#endWatching = watchFolder(sessionsDir, () => this.#lookIn(CALM_MS), failed);
    } catch (error) {
      // Without watching, the calls of `look` still work.
      failed(error);
    }
    await this.look();
  }

  /**
   * Checks now, or after the running check; callers that wait share one check. Resolves when its changes were handled.
   * Never rejects.
   */
  look(): Promise<void> {
    return (this.#next ??= this.#looking.then(() => this.#begin()));
  }

  /** Checks these sessions as thoroughly as possible. Resolves like `look`, and never rejects. */
  async lookAt(sessionIds: readonly string[]): Promise<void> {
    const { sessions, onChanged, log } = this.#input;
    try {
      await this.#looking;
      const marks = await mapConcurrently(sessionIds, FILES_AT_ONCE, (id) => markOf(sessions.paths(id)));
      if (sessionIds.some((id, index) => this.#isNews(id, this.#known?.get(id), marks[index]!)))
        await this.look();
      if ((await sessions.inspect(sessionIds)) && !this.#isClosed)
        await onChanged({ appeared: [], gone: [], bundlesBack: [] });
    } catch (error) {
      log.warn('sessions not looked at', { error: String(error) });
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#endWatching?.();
    if (this.#timer) this.#input.clock.clearTimeout(this.#timer);
  }

  #lookIn(delayMs: number): void {
    const { clock } = this.#input;
    if (this.#isClosed) return;
    if (this.#timer) clock.clearTimeout(this.#timer);
    this.#timer = clock.setTimeout(() => void this.look(), delayMs);
  }

  #begin(): Promise<void> {
    this.#next = null;
    this.#looking = this.#look().catch((error: unknown) =>
      this.#input.log.warn('sessions not looked at', { error: String(error) }),
    );
    return this.#looking;
  }

  async #look(): Promise<void> {
    // A disconnected disk must not make every session count as deleted.
    const wasAway = this.#wasAway;
    this.#wasAway = !(await isThere(this.#input.sessionsDir));
    if (this.#isClosed || this.#wasAway) return;
    const now = await this.#marks();
    const strays = (await this.#input.sessions.strays()).sort().join('/');
    const haveStraysMoved = strays !== this.#strays;
    this.#strays = strays;
    const before = this.#known;
    this.#known = now;
    if (before === null || this.#isClosed) return;
    const appeared = [...now.keys()].filter((id) => !before.has(id));
    const gone = [...before.keys()].filter((id) => !now.has(id));
    const changed = haveStraysMoved || [...now].some(([id, mark]) => this.#isNews(id, before.get(id), mark));
    const bundlesBack = [...now].filter(([id, mark]) => isBack(before.get(id), mark)).map(([id]) => id);
    // After the folder is back the windows must list its sessions again, even if none changed.
    if (!wasAway && !changed && appeared.length === 0 && gone.length === 0) return;
    await this.#input.onChanged({ appeared, gone, bundlesBack });
    this.#lookIn(AGAIN_MS);
  }

  #isNews(sessionId: string, before: Mark | undefined, now: Mark): boolean {
    if (before === undefined) return false;
    if (before.bundle !== now.bundle) return true;
    return before.folder !== now.folder && !this.#input.isWritten(sessionId);
  }

  async #marks(): Promise<Map<string, Mark>> {
    const { sessions } = this.#input;
    const ids = await sessions.ids();
    return new Map(
      await mapConcurrently(
        ids,
        FILES_AT_ONCE,
        async (id) => [id, await markOf(sessions.paths(id))] as const,
      ),
    );
  }
}

function isBack(before: Mark | undefined, now: Mark): boolean {
  return before?.bundle === 'ENOENT' && now.bundle !== 'ENOENT';
}

/** Adding or removing a file changes its folder's time; writing to it does not. */
async function markOf(paths: SessionPaths): Promise<Mark> {
  if (!(await isSessionFolder(paths))) return { folder: await fileStamp(paths.folder), bundle: 'ENOENT' };
  const [folder, bundle] = await Promise.all([fileStamp(paths.folder), fileStamp(paths.bundle)]);
  return { folder, bundle };
}

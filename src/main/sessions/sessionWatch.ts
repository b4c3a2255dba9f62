import { isThere } from '../../lib/guardedFiles';
import { FILES_AT_ONCE, inTurns } from '../../lib/turns';
import type { WatchFolder } from '../../lib/watchFolder';
import type { Clock, Logger, Timer } from '../../shared/runtime';
import { fileStamp } from './fileStamp';
import { isSessionFolder } from './sessionFolder';
import type { SessionPaths } from './sessionPaths';

/** Ids of sessions whose folders came or went, by whatever hand, and of those whose bundles were put back. */
export type SessionsMoved = { appeared: string[]; gone: string[]; bundlesBack: string[] };

export type SessionWatchInput = {
  sessionsDir: string;
  sessions: {
    ids(): Promise<string[]>;
    paths(sessionId: string): SessionPaths;
    /** The names of folders that hold recordings and are no sessions. */
    strays(): Promise<string[]>;
    /** Looks for recorded files; whether there is anything new to be told of them. */
    inspect(sessionIds: readonly string[]): Promise<boolean>;
  };
  clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  log: Logger;
  watchFolder: WatchFolder;
  /**
   * Whether the app itself writes in a session's folder again and again, as an upload does that keeps its record. That
   * such a folder changed is no news: else every look would lead to the next.
   */
  isWritten: (sessionId: string) => boolean;
  /** Awaited after each look that found something changed, be it a bundle's size only. Must not reject. */
  onChanged: (moved: SessionsMoved) => Promise<void>;
};

/** What moves a folder, or copies one, makes several events at once. */
const CALM_MS = 300;
/** A copy that grows is looked at again, until it no longer does. */
const AGAIN_MS = 2000;

/** What tells a session's folder and bundle from others. */
type Mark = { folder: string; bundle: string };

/**
 * Notices what is done to the sessions while the app runs: a folder taken away or copied back at once, a bundle that
 * was changed or removed whenever `look` is called. A look costs two `stat` a session. `lookAt` looks at a few sessions
 * only, and at their recorded files, too: it is to be called every other second for those on the screen.
 */
export class SessionWatch {
  readonly #input: SessionWatchInput;
  /** As of the last look. */
  #known: Map<string, Mark> | null = null;
  /** The names of the folders that are no sessions, as of the last look. */
  #strays = '';
  #looking: Promise<void> = Promise.resolve();
  /** A look that was asked for and has not begun. */
  #next: Promise<void> | null = null;
  #timer: Timer | null = null;
  #endWatching: (() => void) | null = null;
  #isClosed = false;
  /** The folder of all sessions was gone at the last look. */
  #wasAway = false;

  constructor(input: SessionWatchInput) {
    this.#input = input;
  }

  /** Takes the sessions as they are now for known, and watches from now on. */
  async start(): Promise<void> {
    const { sessionsDir, watchFolder, log } = this.#input;
    const failed = (error: unknown) =>
      log.warn('the folder of sessions is not watched', { error: String(error) });
    try {
      this.#endWatching = watchFolder(sessionsDir, () => this.#lookIn(CALM_MS), failed);
    } catch (error) {
      // Looks at the right moments remain.
      failed(error);
    }
    await this.look();
  }

  /**
   * Looks now, or after the look that is under way: one for all who ask meanwhile. Resolves when what it found was taken
   * up. Never rejects.
   */
  look(): Promise<void> {
    return (this.#next ??= this.#looking.then(() => this.#begin()));
  }

  /** Looks at these sessions as closely as that is ever done. Resolves like `look`, and never rejects. */
  async lookAt(sessionIds: readonly string[]): Promise<void> {
    const { sessions, onChanged, log } = this.#input;
    try {
      await this.#looking;
      const marks = await inTurns(sessionIds, FILES_AT_ONCE, (id) => markOf(sessions.paths(id)));
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
    // A disk that is away is no reason to take everything for deleted.
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
    // Nothing need have changed in what was away, and yet no window may list it any more.
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
      await inTurns(ids, FILES_AT_ONCE, async (id) => [id, await markOf(sessions.paths(id))] as const),
    );
  }
}

function isBack(before: Mark | undefined, now: Mark): boolean {
  return before?.bundle === 'ENOENT' && now.bundle !== 'ENOENT';
}

/** A file that comes or goes changes its folder's time; one that is written to does not. */
async function markOf(paths: SessionPaths): Promise<Mark> {
  if (!(await isSessionFolder(paths))) return { folder: await fileStamp(paths.folder), bundle: 'ENOENT' };
  const [folder, bundle] = await Promise.all([fileStamp(paths.folder), fileStamp(paths.bundle)]);
  return { folder, bundle };
}

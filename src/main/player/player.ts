import { AppFailure } from '../../shared/appError';
import type { Binder } from '../bindCommand';
import type { SessionStore } from '../sessions/createSessions';
import { findMediaFile } from '../sessions/mediaFile';
import type { Clock, Logger } from '../../shared/runtime';
import { openPlayback, type OpenedPlayback } from './openPlayback';
import { notOpened, stillWorking } from './playerErrors';
import type { ReadLog } from './recordedActions';

export type PlayerInput = {
  bind: Binder;
  sessions: SessionStore;
  sessionsDir: string;
  readLog: ReadLog;
  clock: Clock;
  log: Logger;
  /** Serves the files that `find` returns for paths below the returned address. */
  serveFiles: (find: (name: string) => Promise<string | null>) => string;
};

/** There is one main window, but it may open a second session before it releases the first. */
const OPEN_AT_ONCE = 2;

/** Opens sessions for the player and binds its commands. */
export function installPlayer(input: PlayerInput): void {
  const { bind, sessions, sessionsDir, readLog, clock, log } = input;
  const opened = new Map<string, OpenedPlayback>();
  const isBusy = (sessionId: string) => {
    const condition = sessions.activity(sessionId)?.condition;
    return condition !== undefined && condition !== 'export-failed';
  };

  const baseUrl = input.serveFiles(async (name) => {
    const found = await findMediaFile(sessionsDir, name);
    return found === null || isBusy(found.sessionId) ? null : found.file;
  });

  bind('openPlayback', async (sessionId) => {
    await sessions.requireFolder(sessionId);
    if (isBusy(sessionId)) throw new AppFailure(stillWorking);
    const [paths, header] = [sessions.paths(sessionId), await sessions.settledHeader(sessionId)];
    const made = await openPlayback({ paths, header, readLog, clock, filesUrl: `${baseUrl}${sessionId}/` });
    for (const { code, details } of made.playback.problems)
      log.warn('played in part', { sessionId, code, details });
    opened.delete(sessionId);
    for (const oldest of [...opened.keys()].slice(0, opened.size + 1 - OPEN_AT_ONCE)) opened.delete(oldest);
    opened.set(sessionId, made);
    return made.playback;
  });
  bind('closePlayback', (sessionId) => void opened.delete(sessionId));

  const find = (sessionId: string): OpenedPlayback => {
    const found = opened.get(sessionId);
    if (found === undefined) throw new AppFailure(notOpened);
    return found;
  };
  bind('readSteps', (sessionId, first, count) => find(sessionId).steps.slice(first, first + count));
  bind('readScreenshots', (sessionId, first, count) =>
    find(sessionId).screenshots.slice(first, first + count),
  );
}

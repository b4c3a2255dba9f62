import path from 'node:path';
import { AppFailure } from '../../shared/appError';
import { isSessionId } from '../../shared/ids';

/** Where everything of one session lies. Made from a checked id only, so every path is inside `sessionsDir`. */
export type SessionPaths = {
  folder: string;
  header: string;
  actionsLog: string;
  actions: string;
  /** What a recording that was cut off has of actions behind the end of its video. */
  lateActions: string;
  frames: string;
  screenshotsLog: string;
  screenshotsDir: string;
  videoDir: string;
  bundle: string;
  bundleName: string;
  /** Where an export writes until its bundle is whole. */
  partialBundle: string;
  meta: string;
  uploadState: string;
  exportedMarker: string;
  /** A folder for lists that name nothing missing, while an export needs them. */
  presentOnly: string;
  /** Which process works on it. */
  hold: string;
};

/**
 * The paths of a session.
 * @throws AppFailure `BadSessionId` for anything that is not a session id, traversal included.
 */
export function sessionPaths(sessionsDir: string, sessionId: string): SessionPaths {
  if (!isSessionId(sessionId))
    throw new AppFailure({
      code: 'BadSessionId',
      message: 'That is not a session of this app.',
      action: 'Reload the list and try again.',
      details: JSON.stringify(sessionId).slice(0, 100),
    });
  const folder = path.join(sessionsDir, sessionId);
  const inside = (...names: string[]) => path.join(folder, ...names);
  const bundleName = `${sessionId}.zip`;
  return {
    folder,
    header: inside('session.json'),
    actionsLog: inside('actions.jsonl'),
    actions: inside('actions.json'),
    lateActions: inside('actions.late.jsonl'),
    frames: inside('frames.jsonl'),
    screenshotsLog: inside('screenshots.jsonl'),
    screenshotsDir: inside('screenshots'),
    videoDir: inside('video'),
    bundle: inside(bundleName),
    bundleName,
    partialBundle: inside(`${bundleName}.partial`),
    meta: inside('session-meta.json'),
    uploadState: inside('upload-state.json'),
    exportedMarker: inside('.exported'),
    presentOnly: inside('.present-only'),
    hold: inside('.in-use'),
  };
}

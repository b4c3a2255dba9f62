import path from 'node:path';
import { AppFailure } from '../../shared/appError';
import { isSessionId } from '../../shared/ids';

/** The paths of one session's files. Made only from a validated id, so every path is inside `sessionsDir`. */
export type SessionPaths = {
  folder: string;
  header: string;
  actionsLog: string;
  actions: string;
  /** Actions after the end of the video of a recording that was cut off. */
  lateActions: string;
  frames: string;
  screenshotsLog: string;
  screenshotsDir: string;
  videoDir: string;
  bundle: string;
  bundleName: string;
  /** The export's output until the bundle is complete. */
  partialBundle: string;
  meta: string;
  uploadState: string;
  exportedMarker: string;
  /** A folder for lists without missing files, while an export needs them. */
  presentOnly: string;
  /** The process that uses the session. */
  hold: string;
};

/**
 * The paths of a session.
 * @throws AppFailure `BadSessionId` for any other text, path traversal included.
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

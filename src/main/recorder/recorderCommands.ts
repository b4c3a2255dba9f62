import { AppFailure } from '../../shared/appError';
import { isSessionId, makeSessionId } from '../../shared/ids';
import type { OtherFiles } from '../../shared/otherFiles';
import type { ShortcutsInEffect } from '../../shared/recording';
import type { Binder } from '../bindCommand';
import type { RecordingSettingsStore } from '../recordingSettings';
import type { SessionStore } from '../sessions/createSessions';
import { requireNamed } from '../sessions/otherFiles';
import { unknownSession } from '../sessions/sessionErrors';
import type { Clock, Random } from '../../shared/runtime';
import type { Platform } from '../platformPort';
import type { Exporter } from './bundle/exporter';
import { unusedSessionId } from './unusedSessionId';
import type { Recorder } from './ports';
import { sessionBusy } from './recorderErrors';

export type RecorderCommandsParts = {
  bind: Binder;
  recorder: Recorder;
  exporter: Exporter;
  sessions: SessionStore;
  platform: Pick<Platform, 'showInFolder' | 'windows'>;
  shortcuts: ShortcutsInEffect;
  settings: RecordingSettingsStore;
  clock: Pick<Clock, 'now'>;
  random: Pick<Random, 'hex'>;
  /** Awaited before a session is deleted, e.g. to cancel its upload. A rejection keeps the session. */
  beforeDelete: (sessionId: string) => Promise<void>;
  /** The session stays after all: undo `beforeDelete`. */
  onKept: (sessionId: string) => Promise<void>;
};

/** Binds the recorder's commands of the contract. */
export function bindRecorderCommands(parts: RecorderCommandsParts): void {
  const { bind, recorder, exporter, sessions, platform, shortcuts, settings } = parts;

  bind('getCaptureOptions', async () => ({ ...(await recorder.options({ thumbnails: true })), shortcuts }));
  bind('getRecordingSettings', () => settings.load());
  bind('setRecordingSettings', (wanted) => settings.save(wanted));
  bind('getShortcuts', () => shortcuts);
  bind('getRecordingState', () => recorder.state());
  bind('startRecording', (request) => recorder.start(request));
  bind('pauseRecording', () => recorder.pause());
  bind('resumeRecording', () => recorder.resume());
  bind('stopRecording', () => recorder.stop());
  bind('startRedaction', () => recorder.startRedaction());
  bind('endRedaction', () => recorder.endRedaction());
  bind('captureReport', (report) => recorder.captureReport(report));
  bind('captureChunk', (token, bytes, end) => recorder.captureChunk(token, bytes, end));
  bind('captureScreenshot', (requestId, bytes) => recorder.captureScreenshot(requestId, bytes));
  bind('exportSession', (sessionId) => exporter.exportSession(sessionId));
  bind('exportWithoutMissing', (sessionId) => exporter.exportSession(sessionId, { withoutMissing: true }));
  bind('adoptSession', (key) => adoptSession(parts, key));
  bind('deleteSession', (sessionId, named?: OtherFiles) => deleteSession(parts, sessionId, named));
  bind('showSessionInFolder', async (sessionId) => {
    const folder = await sessions.folderOf(sessionId);
    if (!isSessionId(sessionId)) return platform.showInFolder(folder);
    if (!(await sessions.exists(sessionId))) throw new AppFailure(unknownSession);
    const shown = (await isExported(sessions, sessionId)) ? 'bundle' : 'folder';
    platform.showInFolder(sessions.paths(sessionId)[shown]);
  });
}

/** Turns the folder into a session, and exports it if it has no bundle. */
async function adoptSession(parts: RecorderCommandsParts, key: string): Promise<string> {
  const { sessions, exporter, platform, clock, random } = parts;
  if (isSessionId(key)) refuseWhileBusy(sessions, exporter, key);
  // A damaged header may have a time that does not fit into an id.
  const canName = (at: number) => isSessionId(makeSessionId(at, '0000'));
  const newId = (createdAt: number | undefined) =>
    unusedSessionId(
      sessions,
      createdAt !== undefined && canName(createdAt) ? createdAt : clock.now(),
      random,
    );
  const sessionId = await sessions.adopt(key, newId);
  sessions.setActivity(sessionId, null);
  if (!(await isExported(sessions, sessionId))) exporter.startExport(sessionId);
  platform.windows.broadcast('sessions:changed', { sessionId });
  return sessionId;
}

/** If the mark is not a file, the session counts as not exported. */
function isExported(sessions: SessionStore, sessionId: string): Promise<boolean> {
  return sessions.isExported(sessionId).catch(() => false);
}

/** @param named other files in the folder that the user agreed to lose */
async function deleteSession(
  parts: RecorderCommandsParts,
  sessionId: string,
  named?: OtherFiles,
): Promise<void> {
  const { sessions, exporter, platform, beforeDelete, onKept } = parts;
  if (!(await sessions.exists(sessionId))) throw new AppFailure(unknownSession);
  refuseWhileBusy(sessions, exporter, sessionId);
  // Checked before the upload is cancelled, and again before anything is removed.
  requireNamed(await sessions.lookForOthers(sessionId), named);
  await beforeDelete(sessionId);
  try {
    refuseWhileBusy(sessions, exporter, sessionId);
    requireNamed(await sessions.lookForOthers(sessionId), named);
    await sessions.remove(sessionId);
  } catch (error) {
    await onKept(sessionId);
    throw error;
  }
  sessions.setActivity(sessionId, null);
  platform.windows.broadcast('sessions:changed', { sessionId });
}

function refuseWhileBusy(sessions: SessionStore, exporter: Exporter, sessionId: string): void {
  const condition = sessions.activity(sessionId)?.condition;
  const busy = condition !== undefined && condition !== 'export-failed';
  if (busy || exporter.isExporting(sessionId)) throw new AppFailure(sessionBusy(condition ?? 'exporting'));
}

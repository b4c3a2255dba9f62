import { factsOf, setTime } from '../../../lib/guardedFiles';
import { AppFailure, type AppError } from '../../../shared/appError';
import type { Logger } from '../../../shared/runtime';
import type { BundleContent, SessionCondition } from '../../../shared/session';
import { NOT_A_FILE } from '../../../shared/text/diskErrors';
import { internalError } from '../../bindCommand';
import type { Windows } from '../../platformPort';
import type { SessionActivity, SessionStore } from '../../sessions/createSessions';
import { dropTornLine } from '../../sessions/jsonLines';
import { findMissing } from '../../sessions/missingFiles';
import { digestOf, readManifest } from '../../sessions/readManifest';
import { unknownSession } from '../../sessions/sessionErrors';
import { isNotAFolder } from '../../sessions/sessionFolder';
import type { SessionPaths } from '../../sessions/sessionPaths';
import { recordingNotFiles, recordingUnreadable, sessionBusy } from '../recorderErrors';
import { completeHeader } from '../recovery/completeHeader';
import { findRecoverableEnd } from '../recovery/findRecoverableEnd';
import { checkSpaceForBundle, noSpaceForBundle } from './bundleSpace';
import { finaliseActions } from './finaliseActions';
import { makeSegmentsSeekable } from './makeSeekable';
import { dropUnrecordedFrames, assertComplete, filterMissingEntries } from './missingEntries';
import { exportBundle, packBundle, type PackBundle } from './packBundle';

/** An export may start in these conditions: the last one failed, or this one was queued. */
const EXPORTABLE: readonly SessionCondition[] = ['export-failed', 'repairing', 'exporting'];

export type ExporterParts = {
  sessions: SessionStore;
  log: Logger;
  broadcast: Windows['broadcast'];
  /** Called after each new bundle, before its export ends. */
  onMade?: (sessionId: string) => Promise<void>;
  /** Packs in this thread by default. */
  pack?: PackBundle;
};

export type ExportChoice = { withoutMissing: boolean };

/** Exports sessions to bundles and reports the progress; one export per session at a time. */
export type Exporter = {
  /**
   * Resolves when `.exported` is written. After a rejection (AppFailure) an earlier bundle is unchanged. Rejects with
   * `FilesMissing` if recorded files are gone, unless `withoutMissing` accepts that.
   */
  exportSession(sessionId: string, how?: ExportChoice): Promise<void>;
  /** Starts an export in the background: the list shows a failure. */
  startExport(sessionId: string): void;
  isExporting(sessionId: string): boolean;
  /** Whether any export is running. */
  hasWork(): boolean;
  /** Aborts all exports and waits until their temporary files are gone. */
  shutdown(): Promise<void>;
};

export function createExporter({
  sessions,
  log,
  broadcast,
  onMade,
  pack = packBundle,
}: ExporterParts): Exporter {
  const running = new Map<string, { abort: AbortController; done: Promise<void> }>();

  async function attempt(sessionId: string, signal: AbortSignal, how?: ExportChoice): Promise<void> {
    try {
      // Before the first await, so that the list never shows the session as done in between.
      sessions.setActivity(sessionId, exportActivity(sessions.activity(sessionId)));
      await sessions.requireFolder(sessionId);
      broadcast('sessions:changed', { sessionId });
      await exportOnce({ sessions, log, broadcast, pack }, sessionId, signal, how);
      sessions.setActivity(sessionId, null);
      await onMade?.(sessionId).catch((error: unknown) =>
        log.error('a new bundle was not told of', { sessionId, error: String(error) }),
      );
    } catch (error) {
      const problem = await problemOf(error, sessions.paths(sessionId));
      log.error('export failed', { sessionId, code: problem.code, details: problem.details });
      const isNone = problem.code === unknownSession.code || isNotAFolder(problem);
      sessions.setActivity(sessionId, isNone ? null : { condition: 'export-failed', problem });
      throw new AppFailure(problem, { cause: error });
    } finally {
      running.delete(sessionId);
      await sessions
        .letGo(sessionId)
        .catch((error: unknown) => log.warn('mark left', { error: String(error) }));
      broadcast('sessions:changed', { sessionId });
    }
  }

  async function exportSession(sessionId: string, how?: ExportChoice): Promise<void> {
    const { condition } = sessions.activity(sessionId) ?? {};
    if (running.has(sessionId) || (condition !== undefined && !EXPORTABLE.includes(condition)))
      throw new AppFailure(sessionBusy(condition ?? 'exporting'));
    const abort = new AbortController();
    const done = attempt(sessionId, abort.signal, how);
    // Set before the first await, so that a shutdown never misses it.
    running.set(sessionId, { abort, done });
    await done;
  }

  return {
    exportSession,
    startExport: (sessionId) =>
      void exportSession(sessionId).catch(() => log.info('export left to be repeated', { sessionId })),
    isExporting: (sessionId) => running.has(sessionId),
    hasWork: () => running.size > 0,
    async shutdown() {
      for (const { abort } of running.values()) abort.abort(new Error('the app is closing'));
      await Promise.allSettled([...running.values()].map(({ done }) => done));
    },
  };
}

/** Writes bundle, summary and mark in this order, so that a mark implies both. */
async function exportOnce(
  { sessions, log, broadcast, pack }: ExporterParts & { pack: PackBundle },
  sessionId: string,
  signal: AbortSignal,
  how?: ExportChoice,
): Promise<void> {
  const paths = sessions.paths(sessionId);
  // First: on a full disk no later step could write.
  await checkSpaceForBundle(paths);
  await sessions.hold(sessionId);
  // Before settleHeader, which drops missing files from the header.
  const missing = await checkMissing(paths, { sessions, log }, sessionId, how);
  const settled = await sessions.settleHeader(sessionId);
  const untilUs = settled.state === 'interrupted' ? await findRecoverableEnd(paths, settled, log) : Infinity;
  const torn = await finaliseActions(paths, sessionId, untilUs);
  if (torn > 0) log.warn('torn lines left out of the actions', { sessionId, torn });
  // The bundle format promises whole lines, and a crash may have torn the last one.
  await dropTornLine(paths.frames);
  await dropTornLine(paths.screenshotsLog);
  await dropUnrecordedFrames(paths, [...(settled.video?.segments ?? []), ...missing]);
  const header = {
    ...(await completeHeader(paths, settled, log)),
    missing: missing.length > 0 ? missing : undefined,
  };
  await sessions.writeHeader(header);
  await makeSegmentsSeekable(paths, log, signal);
  const onProgress = (progress: number) => {
    sessions.setActivity(sessionId, { condition: 'exporting', exportProgress: progress });
    broadcast('export:progress', { sessionId, progress });
  };
  // The mark belongs to the earlier bundle.
  const beforeReplace = () => sessions.unmarkExported(sessionId);
  const crc32 = await filterMissingEntries(paths, missing, (present) =>
    exportBundle({ pack, paths: present, header, signal, onProgress, beforeReplace }),
  );
  const before = (await sessions.readMeta(sessionId))?.content;
  const content = { ...(await preserveMtime(paths.bundle, before)), crc32 };
  await sessions.saveSessionMeta(sessionId, content);
  await sessions.markExported(sessionId);
}

/** @throws AppFailure `FilesMissing` if files are missing that the user has not agreed to do without */
async function checkMissing(
  paths: SessionPaths,
  { sessions, log }: Pick<ExporterParts, 'sessions' | 'log'>,
  sessionId: string,
  how?: ExportChoice,
): Promise<string[]> {
  const header = await sessions.readHeader(sessionId);
  const missing = await findMissing(paths, { header, meta: await sessions.readMeta(sessionId) }, log);
  if (!how?.withoutMissing) await assertComplete(paths, missing, header?.missing ?? []);
  return missing;
}

/** A session under repair keeps that condition until its bundle is being written. */
function exportActivity(before: SessionActivity | null): SessionActivity {
  if (before?.condition === 'repairing') return { condition: 'repairing' };
  return { condition: 'exporting', exportProgress: 0 };
}

async function problemOf(error: unknown, paths: SessionPaths): Promise<AppError> {
  if (error instanceof AppFailure)
    return error.error.code === NOT_A_FILE ? recordingNotFiles(error.error) : error.error;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined) return internalError(error);
  if (syscall === 'read') return recordingUnreadable(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return noSpaceForBundle(paths, code, String(error));
  return {
    code,
    message: 'The bundle could not be written.',
    action: 'The recording itself is safe. Check the disk and export again.',
    details: String(error),
  };
}

/**
 * Gives a new bundle the mtime of the one before if both have the same content: uploads compare size and time.
 * @param before the content of the last export
 */
async function preserveMtime(bundle: string, before: BundleContent | undefined): Promise<BundleContent> {
  const sha256 = digestOf(await readManifest(bundle));
  const made = { sha256, modifiedAt: Math.round((await factsOf(bundle))?.mtimeMs ?? 0) };
  if (before?.sha256 !== sha256) return made;
  return (await setTime(bundle, new Date(before.modifiedAt))) ? before : made;
}

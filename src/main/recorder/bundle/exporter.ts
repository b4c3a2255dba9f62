import { factsOf, setTime } from '../../../lib/guardedFiles';
import { AppFailure, type AppError } from '../../../shared/appError';
import type { Logger } from '../../../shared/runtime';
import type { BundleContent, SessionCondition } from '../../../shared/session';
import { NOT_A_FILE } from '../../../shared/text/storageErrors';
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

/** Where an export may begin though something is going on: it failed, or it waits for its turn. */
const EXPORTABLE: readonly SessionCondition[] = ['export-failed', 'repairing', 'exporting'];

export type ExporterParts = {
  sessions: SessionStore;
  log: Logger;
  broadcast: Windows['broadcast'];
  /** Told of each bundle that was made, before its export is over. */
  onMade?: (sessionId: string) => Promise<void>;
  /** Absent: packs in this thread. */
  pack?: PackBundle;
};

export type ExportChoice = { withoutMissing: boolean };

/** Makes bundles, one session at a time each, and says how far it is. */
export type Exporter = {
  /**
   * Resolves when `.exported` stands. Rejects with an AppFailure; then nothing half is left, and an earlier bundle is
   * as it was. Files that were recorded and are gone are a reason (`FilesMissing`), unless `withoutMissing` says that
   * the bundle is wanted without them.
   */
  exportSession(sessionId: string, how?: ExportChoice): Promise<void>;
  /** Same, for nobody who waits: a failure is shown in the list. */
  startExport(sessionId: string): void;
  isExporting(sessionId: string): boolean;
  /** Whether any session is being exported. */
  hasWork(): boolean;
  /** Aborts exports and waits until their files are gone. They can be repeated. */
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
      // Before anything is waited for, so that the list never shows a session between two works as done.
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
    // Known from its first instant, so that a shutdown never misses it.
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

/** Summary after the bundle, the mark after the summary: a mark always has both behind it. */
async function exportOnce(
  { sessions, log, broadcast, pack }: ExporterParts & { pack: PackBundle },
  sessionId: string,
  signal: AbortSignal,
  how?: ExportChoice,
): Promise<void> {
  const paths = sessions.paths(sessionId);
  // First of all: on a full disk nothing that follows could be written either.
  await checkSpaceForBundle(paths);
  await sessions.hold(sessionId);
  // Before the header is settled, which names what is there and nothing else.
  const missing = await checkMissing(paths, { sessions, log }, sessionId, how);
  const settled = await sessions.settleHeader(sessionId);
  const untilUs = settled.state === 'interrupted' ? await findRecoverableEnd(paths, settled, log) : Infinity;
  const torn = await finaliseActions(paths, sessionId, untilUs);
  if (torn > 0) log.warn('torn lines left out of the actions', { sessionId, torn });
  // Readers are promised whole lines; what a crash left of one says nothing.
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
  // A mark stands for the bundle it was made with.
  const beforeReplace = () => sessions.unmarkExported(sessionId);
  const crc32 = await filterMissingEntries(paths, missing, (present) =>
    exportBundle({ pack, paths: present, header, signal, onProgress, beforeReplace }),
  );
  const before = (await sessions.readMeta(sessionId))?.content;
  const content = { ...(await preserveMtime(paths.bundle, before)), crc32 };
  await sessions.saveSessionMeta(sessionId, content);
  await sessions.markExported(sessionId);
}

/** @throws AppFailure `FilesMissing` where the bundle would lack what nobody agreed to do without */
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

/** What a salvage repairs stays so named until its bundle is being written. */
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
 * Gives a new bundle the time of the one before where both hold the very same: an export that changed nothing is then
 * no change to anybody who tells bundles apart by size and time, as uploads do.
 * @param before what the last export of the session left
 */
async function preserveMtime(bundle: string, before: BundleContent | undefined): Promise<BundleContent> {
  const sha256 = digestOf(await readManifest(bundle));
  const made = { sha256, modifiedAt: Math.round((await factsOf(bundle))?.mtimeMs ?? 0) };
  if (before?.sha256 !== sha256) return made;
  return (await setTime(bundle, new Date(before.modifiedAt))) ? before : made;
}

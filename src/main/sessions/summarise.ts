import { AppFailure, type AppError } from '../../shared/appError';
import type { SessionCondition, SessionHeader, SessionMeta } from '../../shared/session';
import { folderFacts, namesIn } from '../../lib/guardedFiles';
import type { JsonFileContext } from '../../lib/jsonFile';
import { NEWER_FILE } from '../../shared/text/diskErrors';
import type { RecordingSummary } from '../sessionsPort';
import { makeMeta } from './sessionContent';
import { isToAdopt, readHeader, readMeta } from './ownership';
import { isNotAFolder } from './sessionFolder';
import { idTime } from './sessionAge';
import { rebuiltHeader } from './settledHeader';
import type { SessionPaths } from './sessionPaths';

/** The summary of one session from its files, before its current activity is applied. */
export async function summariseSession(
  sessionId: string,
  paths: SessionPaths,
  context: JsonFileContext,
): Promise<RecordingSummary> {
  const names = new Set(await namesIn(paths.folder));
  // Rejects if the folder no longer exists.
  if (names.size === 0) await folderFacts(paths.folder);
  const isExported = names.has('.exported');
  const hasBundle = names.has(paths.bundleName);
  const { meta, newer } = names.has('session-meta.json')
    ? await readMetaUnlessNewer(paths, context)
    : { meta: null };
  // An exported session needs only its summary: one small file, so that thousands list quickly.
  if (isExported && hasBundle && meta !== null) return row(meta, true, 'exported');
  const header = await readHeader(paths, context);
  const facts = await makeMeta(paths, header ?? rebuiltHeader(sessionId));
  if (header === null) return { ...row(facts, isExported, 'damaged'), problem: headerGone };
  return {
    ...row(facts, isExported),
    ...judge(header, isExported, hasBundle),
    ...(newer && { problem: newer }),
  };
}

/** A summary written by a newer version of the app is reported and skipped: other files hold the same data. */
export async function readMetaUnlessNewer(
  paths: SessionPaths,
  context: JsonFileContext,
): Promise<{ meta: SessionMeta | null; newer?: AppError }> {
  try {
    return { meta: await readMeta(paths, context) };
  } catch (error) {
    if (error instanceof AppFailure && error.error.code === NEWER_FILE)
      return { meta: null, newer: error.error };
    throw error;
  }
}

type Judgement = { condition: SessionCondition; problem?: AppError };

function judge(header: SessionHeader, isExported: boolean, hasBundle: boolean): Judgement {
  if (isExported && hasBundle) return { condition: 'exported' };
  if (isExported) return { condition: 'export-failed', problem: bundleGone };
  if (header.state === 'finished') return { condition: 'export-failed', problem: neverExported };
  return { condition: 'interrupted', problem: interrupted };
}

function row(meta: SessionMeta, isExported: boolean, condition: SessionCondition = 'exported') {
  const { sessionId, createdAt, endedAt, actionCount, screenshotCount, fileSizeBytes, zipPath } = meta;
  // An older summary does not have the recorded duration.
  const durationMs = meta.recordedMs ?? endedAt - createdAt;
  return {
    wasInterrupted: meta.interrupted,
    missingFiles: meta.missing,
    ...{ sessionId, createdAt, endedAt, actionCount, screenshotCount, durationMs },
    ...{ fileSizeBytes, zipPath, isExported, condition },
  };
}

/** A row for a session of which only the name is known. */
export function unreadable(sessionId: string, problem: AppError): RecordingSummary {
  const at = idTime(sessionId);
  const nothing = { actionCount: 0, screenshotCount: 0 };
  const known = { version: 1 as const, sessionId, createdAt: at, endedAt: at, ...nothing };
  return { ...row(known, false, conditionOf(problem)), problem };
}

function conditionOf(problem: AppError): SessionCondition {
  if (isNotAFolder(problem)) return 'not-a-folder';
  return isToAdopt(problem) ? 'to-adopt' : 'damaged';
}

const bundleGone: AppError = {
  code: 'BundleMissing',
  message: 'The bundle of this session is missing.',
  action: 'Export it again.',
};
const neverExported: AppError = {
  code: 'NotExported',
  message: 'This session was recorded, but its export did not finish.',
  action: 'Export it.',
};
const interrupted: AppError = {
  code: 'Interrupted',
  message: 'The recording was cut off; everything written until then was kept.',
  action: 'Export it to use what was recorded.',
};
const headerGone: AppError = {
  code: 'Damaged',
  message: 'The description of this session is damaged; its video and its actions are still there.',
  action: 'Export the session: that rebuilds the description from what was recorded.',
  details: 'session.json',
};

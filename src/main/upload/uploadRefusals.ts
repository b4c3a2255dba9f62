import { AppFailure, type AppError } from '../../shared/appError';
import { unknownSession } from '../sessions/sessionErrors';
import type { Sessions, UploadState } from '../types';
import { hasCredentials, type StoredConfig } from './configRules';
import { identifyFile, sameContent } from './bundleFile';
import { settingsNeeded } from './uploadFailures';

/**
 * Throws the reason why this session cannot be uploaded now, if there is one.
 * @throws AppFailure UnknownSession, NotExported, BundleMissing, AlreadyUploaded, NotConfigured, SecretMissing
 */
export async function requireUploadable(
  sessionId: string,
  parts: { sessions: Sessions; config: StoredConfig | null; upload: UploadState | undefined },
): Promise<void> {
  const { sessions, config, upload } = parts;
  if (!(await sessions.exists(sessionId))) throw new AppFailure(unknownSession);
  if (!(await sessions.isExported(sessionId))) throw new AppFailure(NOT_EXPORTED);
  const bundle = await identifyFile(sessions.bundleFile(sessionId));
  if (!bundle) throw new AppFailure(MISSING);
  if (upload?.status === 'done' && upload.file && sameContent(upload.file, bundle))
    throw new AppFailure(ALREADY);
  requireSettings(config);
}

/** @throws AppFailure NotConfigured, SecretMissing */
export function requireSettings(config: StoredConfig | null): void {
  if (!config) throw new AppFailure(settingsNeeded('NotConfigured'));
  if (!hasCredentials(config)) throw new AppFailure(settingsNeeded('SecretMissing'));
}

const NOT_EXPORTED: AppError = {
  code: 'NotExported',
  message: 'This session has not been exported yet.',
  action: 'Export it first, then upload it.',
};
const MISSING: AppError = {
  code: 'BundleMissing',
  message: 'The bundle file is missing or cannot be read.',
  action: 'Export the session again, then upload it.',
};
const ALREADY: AppError = {
  code: 'AlreadyUploaded',
  message: 'This session is in the bucket already, and the copy there was verified.',
  action: 'There is nothing to do.',
};

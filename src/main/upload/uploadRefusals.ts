import { AppFailure } from '../../shared/appError';
import { ProblemFailure } from '../../shared/problem';
import { describeRefusal } from '../../shared/text/sessionUploadErrors';
import { isLost, type UploadState } from '../../shared/upload';
import type { Sessions } from '../sessionsPort';
import { destinationStatus, type StoredConfig } from '../../upload/destination/configRules';
import { identifyFile, sameContent, type FileIdentity } from '../../upload/transfer/fileIdentity';
import { sessionTarget } from './sessionTarget';
import { settingsNeeded } from '../../upload/uploadFailures';
import { locationOf, uploadedObject } from '../../upload/transfer/uploadedObject';

/**
 * Throws the reason why this session cannot be uploaded now, if there is one.
 * @throws AppFailure UnknownSession, SessionIsLink, SessionIsNoFolder, NotExported, BundleMissing, BundleDamaged,
 *   AlreadyUploaded, NotConfigured, SecretMissing, SecretLocked
 */
export async function requireUploadable(
  sessionId: string,
  parts: { sessions: Sessions; config: StoredConfig | null; upload: UploadState | undefined },
): Promise<void> {
  const { sessions, config, upload } = parts;
  await sessions.requireFolder(sessionId);
  if (!(await sessions.isExported(sessionId))) throw new AppFailure(describeRefusal('not-exported'));
  const bundle = await requireBundle(sessionId, sessions);
  // A damaged bundle would be verified against itself and replace a good one.
  const damage = await sessions.bundleDamage(sessionId);
  if (damage) throw new AppFailure(damage);
  const isThere = upload?.status === 'done' && !isLost(uploadedObject(upload));
  if (isThere && upload.file && sameContent(upload.file, bundle))
    throw new AppFailure(describeRefusal('already-uploaded'));
  requireSettings(config);
}

/** @throws AppFailure BundleMissing */
export async function requireBundle(
  sessionId: string,
  sessions: Pick<Sessions, 'bundleFile'>,
): Promise<FileIdentity> {
  const bundle = await identifyFile(sessions.bundleFile(sessionId));
  if (!bundle) throw new AppFailure(describeRefusal('bundle-missing'));
  return bundle;
}

/**
 * Refuses to replace a bundle that an earlier upload left there and verified.
 * @throws AppFailure WouldReplace
 */
export function requireNothingReplaced(
  sessionId: string,
  parts: {
    sessions: Pick<Sessions, 'bundleFile'>;
    config: StoredConfig | null;
    upload: UploadState | undefined;
  },
): void {
  const { sessions, config, upload } = parts;
  const object = uploadedObject(upload);
  if (!object || !config || object.check?.found === 'gone') return;
  const place = placeNow(sessionId, config, sessions);
  if (!isAt(object, place)) return;
  // The user agreed to an upload that is pending, running or failed when it began.
  if (upload && ['pending', 'uploading', 'failed'].includes(upload.status) && isAt(upload, place)) return;
  throw new AppFailure(describeRefusal('would-replace', locationOf(object)));
}

type Place = Pick<UploadState, 'endpoint' | 'bucket' | 'key'>;

/** The destination of a session's bundle by the current settings. */
function placeNow(sessionId: string, config: StoredConfig, sessions: Pick<Sessions, 'bundleFile'>): Place {
  const { endpoint, bucket } = config;
  return { endpoint, bucket, key: sessionTarget(config, sessionId, sessions.bundleFile(sessionId)).key };
}

/** Whether a copied folder's record names the exact destination of this session's bundle: the app asks only there. */
export function isOwnClaim(
  upload: UploadState | undefined,
  config: StoredConfig | null,
  sessions: Pick<Sessions, 'bundleFile'>,
): boolean {
  const object = upload?.claimed === undefined ? undefined : uploadedObject(upload);
  return (
    object !== undefined && config !== null && isAt(object, placeNow(upload!.sessionId, config, sessions))
  );
}

function isAt(one: Place, other: Place): boolean {
  return one.endpoint === other.endpoint && one.bucket === other.bucket && one.key === other.key;
}

/** @throws ProblemFailure NotConfigured, SecretMissing, SecretLocked */
export function requireSettings(config: StoredConfig | null): void {
  const status = destinationStatus(config);
  if (status !== 'ready') throw new ProblemFailure(settingsNeeded(status));
}

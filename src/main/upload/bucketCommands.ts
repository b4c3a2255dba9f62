import { AppFailure } from '../../shared/appError';
import { ObjectStoreError } from '../../upload/objectStore/objectStore';
import type { DownloadLink, LinkExpirySeconds, BucketCheck } from '../../shared/upload';
import { describeRefusal } from '../../shared/text/sessionUploadErrors';
import type { Binder } from '../bindCommand';
import type { Sessions } from '../sessionsPort';
import type { Windows } from '../platformPort';
import type { UploadQueue } from '../uploadQueue';
import { checkBucket, type BucketCheckParts } from './bucketCheck';
import { makeDownloadLink, type DownloadLinkParts } from './downloadLink';
import type { StoredConfig } from '../../upload/destination/configRules';
import { changedSinceUpload } from './sessionRows';
import { uploadedObject } from '../../upload/transfer/uploadedObject';
import { isOwnClaim, requireNothingReplaced, requireUploadable } from './uploadRefusals';

export type BucketCommandsParts = BucketCheckParts &
  DownloadLinkParts & {
    bind: Binder;
    queue: Pick<UploadQueue, 'find' | 'restoreJob' | 'moment' | 'enqueue' | 'noteFinding'>;
    sessions: Sessions;
    windows: Pick<Windows, 'broadcast'>;
    config: { loadUploadConfig(): Promise<StoredConfig | null> };
    /** Resolves when the queue knows the last run's unfinished uploads. */
    restored: { promise: Promise<void> };
  };

/** Binds the commands that upload one session's bundle and that check it in the bucket. */
export function bindBucketCommands(parts: BucketCommandsParts): void {
  const { bind, restored } = parts;
  bind('uploadSession', (sessionId) => upload(parts, sessionId, { mayReplace: false }));
  bind('replaceUpload', (sessionId) => upload(parts, sessionId, { mayReplace: true }));
  bind('checkUpload', async (sessionId) => {
    await restored.promise;
    await parts.queue.restoreJob(sessionId);
    return check(parts, sessionId);
  });
  bind('makeDownloadLink', async (sessionId, expiresInSeconds) => {
    await restored.promise;
    await parts.queue.restoreJob(sessionId);
    return link(parts, sessionId, expiresInSeconds);
  });
}

/**
 * Makes a download link to an uploaded object. Trying the link shows only whether an object exists; a Check then
 * identifies the object, and its result is saved.
 * @throws AppFailure ObjectGone, ObjectReplaced, and the errors of `makeDownloadLink`
 */
async function link(
  parts: BucketCommandsParts,
  sessionId: string,
  expiresInSeconds: LinkExpirySeconds,
): Promise<DownloadLink> {
  const upload = parts.queue.find(sessionId)?.state;
  const made = makeDownloadLink(upload, expiresInSeconds, parts);
  if (!(await wasAnswered(made)) || !uploadedObject(upload)) return made;
  const { found } = await check(parts, sessionId);
  if (found === 'gone') throw new AppFailure(describeRefusal('object-gone'));
  if (found === 'other') throw new AppFailure(describeRefusal('object-replaced'));
  return made;
}

/** Whether the bucket itself answered that an object exists or does not. */
function wasAnswered(made: Promise<DownloadLink>): Promise<boolean> {
  return made.then(
    ({ unchecked }) => unchecked === undefined,
    (error: unknown) => error instanceof ObjectStoreError && error.httpStatus === 404,
  );
}

async function upload(
  parts: BucketCommandsParts,
  sessionId: string,
  { mayReplace }: { mayReplace: boolean },
): Promise<void> {
  const { queue, sessions, config, restored } = parts;
  const askedAt = queue.moment();
  await restored.promise;
  await sessions.requireFolder(sessionId);
  await queue.restoreJob(sessionId);
  const settings = await config.loadUploadConfig();
  // Only the bucket can tell whether an object would be replaced; a copied folder's record cannot.
  if (isOwnClaim(queue.find(sessionId)?.state, settings, sessions)) await check(parts, sessionId);
  const about = { sessions, config: settings, upload: queue.find(sessionId)?.state };
  await requireUploadable(sessionId, about);
  if (!mayReplace) requireNothingReplaced(sessionId, about);
  await queue.enqueue(sessionId, askedAt);
}

/** @throws AppFailure NotUploaded */
async function check(parts: BucketCommandsParts, sessionId: string): Promise<BucketCheck> {
  const upload = parts.queue.find(sessionId)?.state;
  const object = uploadedObject(upload);
  if (!object) throw new AppFailure(describeRefusal('not-uploaded'));
  const settings = await parts.config.loadUploadConfig();
  if (upload?.claimed !== undefined && !isOwnClaim(upload, settings, parts.sessions))
    throw new AppFailure(describeRefusal('not-uploaded'));
  const bundleChanged = await changedSinceUpload(upload, parts.sessions);
  const answer = { ...(await checkBucket(object, parts)), ...(bundleChanged && { bundleChanged }) };
  const { found } = answer;
  if (found === 'unknown') return answer;
  await parts.queue.noteFinding({
    kind: 'checked',
    jobId: sessionId,
    uploadToken: object.uploadToken,
    found,
  });
  parts.windows.broadcast('sessions:changed', { sessionId });
  return answer;
}

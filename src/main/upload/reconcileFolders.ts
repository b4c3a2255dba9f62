import type { Logger } from '../../shared/runtime';
import type { UploadQueue } from '../uploadQueue';
import type { AbortSender } from '../../upload/queue/abortSender';
import type { OrphanAborts } from './orphanAborts';

export type FollowParts = {
  queue: Pick<UploadQueue, 'forget' | 'restore' | 'find' | 'noteFinding'>;
  orphans: () => Promise<Pick<OrphanAborts, 'add' | 'drop'>>;
  orphanSender: Pick<AbortSender, 'sendSoon'>;
  /** Resolves when the queue knows the last run's unfinished uploads. */
  restored: { promise: Promise<void> };
  log: Pick<Logger, 'error'>;
};

/** Drops all data about a session's upload and aborts its remains on the server, now or later. */
export async function forgetUpload(parts: FollowParts, sessionId: string): Promise<void> {
  await parts.restored.promise;
  const left = await parts.queue.forget(sessionId);
  if (left.length === 0) return;
  await (await parts.orphans()).add(left);
  parts.orphanSender.sendSoon();
}

/** Ids of sessions whose folders or bundles disappeared or came back, for any reason. */
export type FolderChanges = {
  appeared: readonly string[];
  gone: readonly string[];
  bundlesBack?: readonly string[];
};

/** Uploads follow their folders. An upload that failed for a missing bundle can start again when the bundle is back. */
export async function reconcileFolders(
  parts: FollowParts,
  { appeared, gone, bundlesBack = [] }: FolderChanges,
): Promise<void> {
  for (const sessionId of gone)
    // A failure for one upload must not affect the others.
    await forgetUpload(parts, sessionId).catch((error: unknown) =>
      parts.log.error('an upload does not go with its folder', { sessionId, error: String(error) }),
    );
  await parts.restored.promise;
  if (appeared.length > 0) await restoreUploads(parts, appeared);
  for (const sessionId of bundlesBack)
    await parts.queue.noteFinding({ kind: 'bundle-made', jobId: sessionId });
}

/** Resumed uploads must not be aborted. */
async function restoreUploads({ queue, orphans }: FollowParts, sessionIds: readonly string[]): Promise<void> {
  await queue.restore(sessionIds);
  const uploadIds = sessionIds.flatMap((id) => queue.find(id)?.state.multipart?.uploadId ?? []);
  if (uploadIds.length > 0) await (await orphans()).drop(uploadIds);
}

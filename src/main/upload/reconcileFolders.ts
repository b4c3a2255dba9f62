import type { Logger } from '../../shared/runtime';
import type { UploadQueue } from '../uploadQueue';
import type { AbortSender } from '../../upload/queue/abortSender';
import type { OrphanAborts } from './orphanAborts';

export type FollowParts = {
  queue: Pick<UploadQueue, 'forget' | 'restore' | 'find' | 'noteFinding'>;
  orphans: () => Promise<Pick<OrphanAborts, 'add' | 'drop'>>;
  orphanSender: Pick<AbortSender, 'sendSoon'>;
  /** Resolves when the queue knows what the last run of the app left. */
  restored: { promise: Promise<void> };
  log: Pick<Logger, 'error'>;
};

/** Drops all knowledge of a session's upload; what the server still holds of it is aborted, now or later. */
export async function forgetUpload(parts: FollowParts, sessionId: string): Promise<void> {
  await parts.restored.promise;
  const left = await parts.queue.forget(sessionId);
  if (left.length === 0) return;
  await (await parts.orphans()).add(left);
  parts.orphanSender.sendSoon();
}

/** Folders or bundles that were taken away or came back, by whatever hand; sessions by their ids. */
export type FolderChanges = {
  appeared: readonly string[];
  gone: readonly string[];
  bundlesBack?: readonly string[];
};

/** Uploads go with their folders, and one that failed for want of its bundle can be begun anew when that is back. */
export async function reconcileFolders(
  parts: FollowParts,
  { appeared, gone, bundlesBack = [] }: FolderChanges,
): Promise<void> {
  for (const sessionId of gone)
    // One that cannot be let go keeps none of the others from it.
    await forgetUpload(parts, sessionId).catch((error: unknown) =>
      parts.log.error('an upload does not go with its folder', { sessionId, error: String(error) }),
    );
  await parts.restored.promise;
  if (appeared.length > 0) await restoreUploads(parts, appeared);
  for (const sessionId of bundlesBack)
    await parts.queue.noteFinding({ kind: 'bundle-made', jobId: sessionId });
}

/** What goes on after all is not aborted any more. */
async function restoreUploads({ queue, orphans }: FollowParts, sessionIds: readonly string[]): Promise<void> {
  await queue.restore(sessionIds);
  const uploadIds = sessionIds.flatMap((id) => queue.find(id)?.state.multipart?.uploadId ?? []);
  if (uploadIds.length > 0) await (await orphans()).drop(uploadIds);
}

import type { Logger } from '../types';
import type { UploadQueue } from '../uploadQueue';
import type { AbortSender } from './abortSender';
import type { OrphanAborts } from './orphanAborts';

export type FollowParts = {
  queue: Pick<UploadQueue, 'forget' | 'restore' | 'find'>;
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

/** Folders of sessions were taken away or came back, by whatever hand: their uploads go with them. */
export async function followFolders(
  parts: FollowParts,
  { appeared, gone }: { appeared: readonly string[]; gone: readonly string[] },
): Promise<void> {
  for (const sessionId of gone)
    // One that cannot be let go keeps none of the others from it.
    await forgetUpload(parts, sessionId).catch((error: unknown) =>
      parts.log.error('an upload does not go with its folder', { sessionId, error: String(error) }),
    );
  await parts.restored.promise;
  if (appeared.length > 0) await takeUp(parts, appeared);
}

/** What goes on after all is not aborted any more. */
async function takeUp({ queue, orphans }: FollowParts, sessionIds: readonly string[]): Promise<void> {
  await queue.restore(sessionIds);
  const uploadIds = sessionIds.flatMap((id) => queue.find(id)?.state.multipart?.uploadId ?? []);
  if (uploadIds.length > 0) await (await orphans()).drop(uploadIds);
}

import type { UploadQueue } from '../uploadQueue';
import type { AbortSender } from './abortSender';
import type { OrphanAborts } from './orphanAborts';

export type FollowParts = {
  queue: Pick<UploadQueue, 'forget' | 'restore'>;
  orphans: () => Promise<Pick<OrphanAborts, 'add'>>;
  orphanSender: Pick<AbortSender, 'sendSoon'>;
  /** Resolves when the queue knows what the last run of the app left. */
  restored: { promise: Promise<void> };
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
  for (const sessionId of gone) await forgetUpload(parts, sessionId);
  await parts.restored.promise;
  if (appeared.length > 0) await parts.queue.restore(appeared);
}

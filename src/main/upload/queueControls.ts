import { AppFailure } from '../../shared/appError';
import type { Binder } from '../lib/bindCommand';
import type { Sessions, UploadState } from '../types';
import type { UploadConfigStore } from '../uploadConfig';
import type { UploadQueue } from '../uploadQueue';
import { requireNothingReplaced, requireSettings, requireUploadable } from './uploadRefusals';

export type QueueControlsParts = {
  bind: Binder;
  queue: Pick<UploadQueue, 'find' | 'moment' | 'enqueueAll' | 'pause' | 'resume' | 'pauseAll' | 'resumeAll'>;
  sessions: Sessions;
  config: Pick<UploadConfigStore, 'loadUploadConfig'>;
  /** Resolves when the queue knows what the last run of the app left. */
  restored: { promise: Promise<void> };
};

/** Binds what steers several uploads, or holds one up for a while. */
export function bindQueueControls(parts: QueueControlsParts): void {
  const { bind, queue, restored } = parts;
  bind('pauseUpload', async (sessionId) => {
    await restored.promise;
    await queue.pause([sessionId]);
  });
  bind('resumeUpload', async (sessionId) => {
    await restored.promise;
    await queue.resume([sessionId]);
  });
  bind('pauseAllUploads', async () => {
    await restored.promise;
    await queue.pauseAll();
  });
  bind('resumeAllUploads', async () => {
    await restored.promise;
    await queue.resumeAll();
  });
  bind('uploadAllSessions', async () => {
    const askedAt = queue.moment();
    await restored.promise;
    return uploadAll(parts, askedAt);
  });
}

/** Oldest first. Sessions that cannot be uploaded now, whatever the reason, are left out: their rows say why. */
async function uploadAll(
  { queue, sessions, config }: QueueControlsParts,
  askedAt: number,
): Promise<{ queued: number }> {
  const destination = await config.loadUploadConfig();
  requireSettings(destination);
  const listed = (await sessions.list()).toSorted((a, b) => a.createdAt - b.createdAt);
  const uploadable: string[] = [];
  for (const { sessionId } of listed) {
    const upload = queue.find(sessionId)?.state;
    if (isUnderWayOrDone(upload)) continue;
    if (await isUploadable(sessionId, { sessions, config: destination, upload })) uploadable.push(sessionId);
  }
  await queue.enqueueAll(uploadable, askedAt);
  return { queued: uploadable.length };
}

async function isUploadable(...which: Parameters<typeof requireUploadable>): Promise<boolean> {
  try {
    await requireUploadable(...which);
    requireNothingReplaced(...which);
    return true;
  } catch (error) {
    if (error instanceof AppFailure) return false;
    throw error;
  }
}

function isUnderWayOrDone(upload: UploadState | undefined): boolean {
  return upload !== undefined && ['pending', 'uploading', 'done'].includes(upload.status);
}

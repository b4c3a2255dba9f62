import { AppFailure } from '../../shared/appError';
import type { Binder } from '../bindCommand';
import { mapConcurrently } from '../../lib/concurrency';
import type { Sessions } from '../sessionsPort';
import type { UploadState } from '../../shared/upload';
import type { UploadConfigStore } from '../uploadConfig';
import type { UploadQueue } from '../uploadQueue';
import type { StoredConfig } from '../../upload/destination/configRules';
import { requireBundle, requireNothingReplaced, requireSettings, requireUploadable } from './uploadRefusals';

/** Each check reads files of its session. */
const LOOK_AT_ONCE = 32;

export type QueueControlsParts = {
  bind: Binder;
  queue: Pick<
    UploadQueue,
    | 'find'
    | 'restoreJob'
    | 'moment'
    | 'enqueueAll'
    | 'retryAll'
    | 'pause'
    | 'resume'
    | 'pauseAll'
    | 'resumeAll'
  >;
  sessions: Sessions;
  config: Pick<UploadConfigStore, 'loadUploadConfig'>;
  /** Resolves when the queue knows the last run's unfinished uploads. */
  restored: { promise: Promise<void> };
};

/** Binds the commands that control several uploads, or pause one. */
export function bindQueueControls(parts: QueueControlsParts): void {
  const { bind, queue, sessions, restored } = parts;
  bind('pauseUpload', async (sessionId) => {
    await restored.promise;
    await queue.pause([sessionId]);
  });
  bind('resumeUpload', async (sessionId) => {
    await restored.promise;
    const askedAt = queue.moment();
    if (queue.find(sessionId)?.state.reason?.kind === 'paused') await requireBundle(sessionId, sessions);
    await queue.resume([sessionId], askedAt);
  });
  bind('pauseAllUploads', async () => {
    await restored.promise;
    await queue.pauseAll();
  });
  bind('resumeAllUploads', async () => {
    await restored.promise;
    const { askedAt, paused } = queue.resumeAll();
    const found = await mapConcurrently(paused, LOOK_AT_ONCE, async (sessionId) =>
      (await hasBundle(sessionId, sessions)) ? [sessionId] : [],
    );
    await queue.resume(found.flat(), askedAt);
  });
  bind('retryUploads', async (sessionIds) => {
    const askedAt = queue.moment();
    await restored.promise;
    return retryAll(parts, sessionIds, askedAt);
  });
  bind('uploadAllSessions', async () => {
    const askedAt = queue.moment();
    await restored.promise;
    return uploadAll(parts, askedAt);
  });
}

/** A session that cannot be resumed stays paused: its row shows the reason. */
async function hasBundle(sessionId: string, sessions: Sessions): Promise<boolean> {
  return requireBundle(sessionId, sessions).then(
    () => true,
    () => false,
  );
}

/** Oldest first. Skips sessions that cannot be uploaded now: their rows show the reason. */
async function uploadAll(
  { queue, sessions, config }: QueueControlsParts,
  askedAt: number,
): Promise<{ queued: number }> {
  const destination = await config.loadUploadConfig();
  requireSettings(destination);
  const listed = (await sessions.list()).toSorted((a, b) => a.createdAt - b.createdAt);
  const found = await mapConcurrently(listed, LOOK_AT_ONCE, async ({ sessionId }) => {
    const isIt = await isUploadable(sessionId, { queue, sessions, config: destination });
    return isIt ? [sessionId] : [];
  });
  const uploadable = found.flat();
  await queue.enqueueAll(uploadable, askedAt);
  return { queued: uploadable.length };
}

async function retryAll(
  { queue, sessions, config }: QueueControlsParts,
  sessionIds: readonly string[],
  askedAt: number,
): Promise<{ queued: number }> {
  const destination = await config.loadUploadConfig();
  requireSettings(destination);
  const found = await mapConcurrently(sessionIds, LOOK_AT_ONCE, async (sessionId) => {
    const isIt = await isUploadable(sessionId, { queue, sessions, config: destination });
    return isIt && queue.find(sessionId)?.state.status === 'failed' ? [sessionId] : [];
  });
  const failed = found.flat();
  await queue.retryAll(failed, askedAt);
  return { queued: failed.length };
}

async function isUploadable(
  sessionId: string,
  { queue, ...about }: Pick<QueueControlsParts, 'queue' | 'sessions'> & { config: StoredConfig | null },
): Promise<boolean> {
  try {
    await queue.restoreJob(sessionId);
    const upload = queue.find(sessionId)?.state;
    if (isUnderWayOrDone(upload)) return false;
    await requireUploadable(sessionId, { ...about, upload });
    requireNothingReplaced(sessionId, { ...about, upload });
    return true;
  } catch (error) {
    if (error instanceof AppFailure) return false;
    throw error;
  }
}

function isUnderWayOrDone(upload: UploadState | undefined): boolean {
  return upload !== undefined && ['pending', 'uploading', 'done'].includes(upload.status);
}

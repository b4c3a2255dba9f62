import { AppFailure } from '../../shared/appError';
import type { Logger, Sessions, UploadState } from '../types';
import type { UploadConfigStore } from '../uploadConfig';
import type { UploadQueue } from '../uploadQueue';
import { requireNothingReplaced, requireSettings } from './uploadRefusals';

/** Ends that another secret, key or bucket in the settings may turn. */
const OF_SETTINGS = new Set([
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'InvalidToken',
  'ExpiredToken',
  'AccessDenied',
  'NoSuchBucket',
]);

type RetryParts = {
  queue: Pick<UploadQueue, 'snapshot' | 'retry'>;
  sessions: Sessions;
  config: Pick<UploadConfigStore, 'loadUploadConfig'>;
  /** Resolves when the queue knows what the last run of the app left. */
  restored: { promise: Promise<void> };
  log: Logger;
};

/** The settings were saved: uploads that the bucket refused with the earlier ones are tried once with these. */
export async function retryRefused({ queue, sessions, config, restored, log }: RetryParts): Promise<void> {
  await restored.promise;
  const stored = await config.loadUploadConfig();
  const refused = (upload: UploadState) =>
    upload.status === 'failed' && OF_SETTINGS.has(upload.error?.code ?? '');
  for (const upload of queue.snapshot().filter(refused)) {
    const { sessionId } = upload;
    try {
      requireSettings(stored);
      requireNothingReplaced(sessionId, { sessions, config: stored, upload });
      await queue.retry(sessionId);
    } catch (error) {
      if (!(error instanceof AppFailure)) throw error;
      // Its row says what it waits for; what stands in the bucket is replaced by a click on that row only.
      log.info('not retried with the new settings', { sessionId, code: error.error.code });
    }
  }
}

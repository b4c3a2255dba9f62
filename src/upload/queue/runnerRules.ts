import { BUNDLE_DAMAGED, BUNDLE_MISSING } from '../uploadFailures';
import type { StoreFailure } from '../objectStore/objectStore';
import type { JobState } from '../../shared/upload';
import type { UploadTarget } from '../job';
import { newJobState, noProblem } from './queueState';

/** The state of a job that is asked for now. What is known of an earlier upload of it is kept: it may still hold. */
export function askedFor(
  known: JobState | undefined,
  {
    jobId,
    sizeBytes,
    maxRetries,
    now,
  }: { jobId: string; sizeBytes: number; maxRetries: number; now: number },
): JobState {
  return {
    ...(known ?? newJobState(jobId, now)),
    status: 'pending',
    totalBytes: sizeBytes,
    retryCount: 0,
    maxRetries,
    reason: undefined,
    retryable: undefined,
    completedAt: undefined,
    ...noProblem,
    updatedAt: now,
  };
}

/**
 * Whether a change may wait in memory until the next one is written. A new token may: should it be lost, the object's
 * owner entry tells that the object is ours.
 */
export function mayWait(state: JobState, { ifExists, ownerEntry }: UploadTarget): boolean {
  const isOwned = ifExists === 'replace' || (ifExists === 'replace-own' && ownerEntry !== undefined);
  const isServerSide = state.multipart ?? state.createIntent ?? state.pendingAborts[0];
  return isOwned && isServerSide === undefined;
}

/** Failures that are about one file or its key. */
const OF_ONE_FILE = new Set([
  ...[BUNDLE_MISSING, BUNDLE_DAMAGED, 'BundleChanging', 'ObjectExists', 'ObjectDamaged', 'NotVerifiable'],
  ...['EntityTooLarge', 'KeyTooLongError', 'UploadNeverKnown'],
]);

/** Failures that every file meets. */
const OF_DESTINATION =
  /^(NoSuchBucket|InvalidBucketName|NotConfigured|Secret|InvalidAccessKeyId|SignatureDoesNotMatch|Expired|InvalidToken|AccountProblem|AllAccessDisabled|RequestTimeTooSkewed|BucketInEndpoint|EncryptionDemanded)/;

const SAME_IN_A_ROW = 8;

/** Tells failures of a destination, which no other file need meet, from those of single files. */
export class DestinationDoubt {
  private hasSucceeded = false;
  private code: string | undefined;
  private inARow = 0;

  noteSuccess(): void {
    this.hasSucceeded = true;
    this.inARow = 0;
  }

  /** @returns whether the failure means that no file can be uploaded to the destination for now */
  isDestinations({ verdict, problem: { code } }: Pick<StoreFailure, 'verdict' | 'problem'>): boolean {
    if (verdict !== 'needs-user' || OF_ONE_FILE.has(code)) return false;
    this.inARow = this.code === code ? this.inARow + 1 : 1;
    this.code = code;
    return OF_DESTINATION.test(code) || (!this.hasSucceeded && this.inARow >= SAME_IN_A_ROW);
  }
}

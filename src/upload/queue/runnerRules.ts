import type { ProblemKind } from '../../shared/problem';
import type { ObjectStoreError } from '../objectStore/objectStore';
import type { JobState } from '../../shared/upload';
import type { UploadTarget } from '../job';
import { isOfOneFile } from '../ofOneFile';
import { newJobState, noProblem } from './queueState';

/** The state of a job that is requested now. Keeps the facts of an earlier upload, which may still be valid. */
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
 * Whether a change may stay in memory until the next write. A new token may: if it is lost, the object's owner entry
 * identifies the object as ours.
 */
export function mayWait(state: JobState, { ifExists, ownerEntry }: UploadTarget): boolean {
  const isOwned = ifExists === 'replace' || (ifExists === 'replace-own' && ownerEntry !== undefined);
  const isServerSide = state.multipart ?? state.createIntent ?? state.pendingAborts[0];
  return isOwned && isServerSide === undefined;
}

/** Problems that affect every file. */
const OF_DESTINATION: readonly ProblemKind[] = [
  ...([
    'not-configured',
    'secret-missing',
    'secret-locked',
    'bucket-missing',
    'bucket-name-invalid',
  ] as const),
  ...(['access-key-unknown', 'secret-wrong', 'session-token-invalid', 'credentials-expired'] as const),
  ...(['bucket-in-endpoint', 'encryption-demanded', 'clock-wrong', 'sign-in-expired'] as const),
  ...(['profile-missing', 'profile-without-keys', 'profile-wants-mfa', 'profile-role-refused'] as const),
  ...(['profile-uses-surroundings', 'profile-unusable', 'profiles-unreadable', 'ca-file-unusable'] as const),
];

const SAME_IN_A_ROW = 8;

/** Distinguishes failures of a destination, which would affect every other file, from those of single files. */
export class DestinationDoubt {
  private hasSucceeded = false;
  private kind: ProblemKind | undefined;
  private inARow = 0;

  noteSuccess(): void {
    this.hasSucceeded = true;
    this.inARow = 0;
  }

  /** @returns whether the failure means that no file can be uploaded to the destination for now */
  isDestinations(failure: Pick<ObjectStoreError, 'verdict' | 'problem'>): boolean {
    const { kind } = failure.problem.facts;
    if (failure.verdict !== 'needs-user' || isOfOneFile(failure)) return false;
    this.inARow = this.kind === kind ? this.inARow + 1 : 1;
    this.kind = kind;
    return OF_DESTINATION.includes(kind) || (!this.hasSucceeded && this.inARow >= SAME_IN_A_ROW);
  }
}

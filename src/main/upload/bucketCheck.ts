import { AppFailure, type AppError } from '../../shared/appError';
import { abortAfter } from '../../lib/abortAfter';
import type { BucketCheck, UploadConfig, UploadedObject } from '../../shared/upload';
import type { Clock } from '../../shared/runtime';
import type { CreateStore } from '../uploadService';
import { unforeseen } from '../../upload/uploadFailures';
import { ProblemFailure } from '../../shared/problem';
import { describeRefusal } from '../../shared/text/sessionUploadErrors';
import { describeProblem } from '../../shared/text/uploadErrors';
import { lookForObject } from './lookForObject';

/** The user waits for the answer in a dialog. */
const PATIENCE_MS = 10_000;

export type BucketCheckParts = {
  createStore: CreateStore;
  config: { requireWithSecret(): Promise<UploadConfig> };
  clock: Clock;
};

/**
 * Checks that the bucket still holds a verified upload: token, size and checksum (the ETag if there is no checksum)
 * must match, and one byte must be readable. Takes ten seconds at most; never rejects.
 */
export async function checkBucket(object: UploadedObject, parts: BucketCheckParts): Promise<BucketCheck> {
  const { clock } = parts;
  try {
    return { ...(await look(object, parts)), checkedAt: clock.now() };
  } catch (cause) {
    return { found: 'unknown', error: wordsOf(cause), checkedAt: clock.now() };
  }
}

async function look(object: UploadedObject, { createStore, config, clock }: BucketCheckParts) {
  const destination = await config.requireWithSecret();
  if (destination.endpoint !== object.endpoint) throw new AppFailure(otherDestination(object));
  const store = createStore({ ...destination, bucket: object.bucket });
  const ask = (signal: AbortSignal) =>
    lookForObject({ object, store, signal }).catch((error: unknown) => {
      throw signal.aborted ? new AppFailure(describeRefusal('no-answer'), { cause: error }) : error;
    });
  try {
    return await abortAfter(clock, PATIENCE_MS, ask);
  } finally {
    store.close();
  }
}

/** A denial for a missing permission, or without a cause: `HTTP403` comes from a HEAD. */
const DENIED = /^(AccessDenied|Forbidden|HTTP403)$/;

/** Without permission to list the bucket, a missing object looks like a forbidden one. */
function wordsOf(cause: unknown): AppError {
  const told = errorOf(cause);
  return DENIED.test(told.code) ? describeRefusal('not-told', told.details) : told;
}

function errorOf(cause: unknown): AppError {
  if (cause instanceof AppFailure) return cause.error;
  const { problem } = cause instanceof ProblemFailure ? cause : unforeseen(cause);
  return describeProblem(problem, 'bundle');
}

function otherDestination({ endpoint, bucket }: UploadedObject): AppError {
  const details = `uploaded to ${endpoint ?? 'Amazon S3'}, bucket ${bucket}`;
  return describeRefusal('other-destination-asked', details);
}

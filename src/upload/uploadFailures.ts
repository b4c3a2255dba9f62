import { AppFailure } from '../shared/appError';
import { ProblemFailure, type PlainKind, type Problem } from '../shared/problem';
import type { Encryption } from '../shared/upload';
import { ObjectStoreError, type Verdict } from './objectStore/objectStore';

function failure(verdict: Verdict, problem: Problem, cause?: unknown): ObjectStoreError {
  return new ObjectStoreError({ verdict, problem }, { cause });
}

function plain(verdict: Verdict, code: string, kind: PlainKind, details?: string): ObjectStoreError {
  return failure(verdict, { code, facts: { kind }, details });
}

/** The code of a missing or unreadable file, which the queue shows as a reason of its own. */
export const BUNDLE_MISSING = 'BundleMissing';
export const BUNDLE_DAMAGED = 'BundleDamaged';

/** The bytes read from the file differ from those its creator wrote. */
export function bundleDamaged(details: string): ObjectStoreError {
  return plain('needs-user', BUNDLE_DAMAGED, 'file-damaged', details);
}

/** @param cause an AppFailure has its own message: a link or a pipe is at that path */
export function bundleMissing(cause: unknown): ObjectStoreError {
  const problem: Problem =
    cause instanceof AppFailure
      ? toldProblem(cause)
      : { code: BUNDLE_MISSING, facts: { kind: 'file-missing' }, details: String(cause) };
  return failure('needs-user', { ...problem, code: BUNDLE_MISSING }, cause);
}

export function bundleKeepsChanging(): ObjectStoreError {
  return plain('needs-user', 'BundleChanging', 'file-changing');
}

export function objectExists(key: string): ObjectStoreError {
  return plain('needs-user', 'ObjectExists', 'object-exists', `key ${key}`);
}

export function notVerifiable(details: string): ObjectStoreError {
  return plain('needs-user', 'NotVerifiable', 'not-verifiable', details);
}

export function objectDamaged(details: string): ObjectStoreError {
  return plain('corrupt', 'ObjectDamaged', 'object-damaged', details);
}

export function notThereYet(key: string): ObjectStoreError {
  return plain('retry', 'NotThereYet', 'not-there-yet', `key ${key}`);
}

/** The server confirmed the object, but it could not be checked now; nothing has to be sent again. */
export function notCheckedYet({ problem, httpStatus }: ObjectStoreError): ObjectStoreError {
  return new ObjectStoreError({
    verdict: 'retry',
    httpStatus,
    problem: { ...problem, facts: { kind: 'not-checked-yet' } },
  });
}

/** The server accepted every part, but does not know the upload at the end. */
export function uploadNeverKnown(): ObjectStoreError {
  return plain('needs-user', UPLOAD_NEVER_KNOWN, 'upload-never-known');
}

export const UPLOAD_NEVER_KNOWN = 'UploadNeverKnown';

/** @param cause the server's error in place of the bucket */
export function bucketInEndpoint(bucket: string, cause: ObjectStoreError): ObjectStoreError {
  const { details } = cause.problem;
  const facts = { kind: 'bucket-in-endpoint', bucket } as const;
  return failure('needs-user', { code: 'BucketInEndpoint', facts, details }, cause);
}

/** @param encryption the encryption with which the bucket accepted the write */
export function encryptionDemanded(encryption: Encryption, cause: ObjectStoreError): ObjectStoreError {
  const { details } = cause.problem;
  const facts = { kind: 'encryption-demanded', encryption } as const;
  return failure('needs-user', { code: 'EncryptionDemanded', facts, details }, cause);
}

/** The server lost confirmed data several times in a row. */
export function uploadKeepsVanishing(): ObjectStoreError {
  return plain('retry', 'UploadKeepsVanishing', 'upload-keeps-vanishing');
}

/** Stopped by our own signal. Never shown. */
export function uploadCancelled(cause: unknown): ObjectStoreError {
  return failure('cancelled', { code: 'Cancelled', facts: { kind: 'cancelled' } }, cause);
}

/** An error that no store threw: a full disk while writing the state, or a bug. */
export function unforeseen(cause: unknown): ObjectStoreError {
  return failure('retry', unforeseenProblem(cause), cause);
}

function unforeseenProblem(cause: unknown): Problem {
  if (cause instanceof ProblemFailure) return cause.problem;
  if (cause instanceof AppFailure) return toldProblem(cause);
  const code = (cause as NodeJS.ErrnoException | null)?.code ?? 'Internal';
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  return { code, facts: { kind: isFull ? 'disk-full' : 'internal' }, details: String(cause) };
}

function toldProblem({ error }: AppFailure): Problem {
  const { code, message, action, details } = error;
  return { code, facts: { kind: 'told', message, action }, details };
}

export function stateNotSaved(cause: unknown): ProblemFailure {
  const problem = {
    code: 'StateNotSaved',
    facts: { kind: 'state-not-saved' },
    details: String(cause),
  } as const;
  return new ProblemFailure(problem, { cause });
}

/** Settings that are missing for an upload. */
export function settingsNeeded(code: keyof typeof NEEDED): Problem {
  return { code, facts: { kind: NEEDED[code] } };
}

const NEEDED = {
  NotConfigured: 'not-configured',
  DestinationUnknown: 'destination-unknown',
  SecretMissing: 'secret-missing',
  SecretLocked: 'secret-locked',
} as const;

import { AppFailure, type AppError } from '../shared/appError';
import { bucketInEndpointWords } from './objectStore/s3/errorWords';
import { StoreFailure, type Verdict } from './objectStore/objectStore';
import type { Encryption } from '../shared/upload';

function failure(verdict: Verdict, error: AppError, cause?: unknown, actionAtLast?: string): StoreFailure {
  return new StoreFailure({ verdict, error, actionAtLast }, { cause });
}

/** The code of a missing or unreadable bundle, which the queue shows as a reason of its own. */
export const BUNDLE_MISSING = 'BundleMissing';
export const BUNDLE_DAMAGED = 'BundleDamaged';

/** What was read of the bundle is not what its export wrote. */
export function bundleDamaged(details: string): StoreFailure {
  return failure('needs-user', {
    code: BUNDLE_DAMAGED,
    message: 'The bundle on this computer was changed or damaged after its export, so it was not uploaded.',
    action: 'Export again to rebuild it from the recording.',
    details,
  });
}

/** @param cause an AppFailure has its own words: a link or a pipe lies there */
export function bundleMissing(cause: unknown): StoreFailure {
  if (cause instanceof AppFailure)
    return failure('needs-user', { ...cause.error, code: BUNDLE_MISSING }, cause);
  return failure(
    'needs-user',
    {
      code: BUNDLE_MISSING,
      message: 'The bundle file is missing or cannot be read.',
      action: 'Export the session again, then upload it.',
      details: String(cause),
    },
    cause,
  );
}

export function bundleKeepsChanging(): StoreFailure {
  return failure('needs-user', {
    code: 'BundleChanging',
    message: 'The bundle file keeps changing while it is being uploaded.',
    action: 'Wait until the program that writes it has finished, then press Retry.',
  });
}

export function objectExists(key: string): StoreFailure {
  return failure('needs-user', {
    code: 'ObjectExists',
    message: 'There is already another file at this place in the bucket. It was not overwritten.',
    action: 'Choose another key prefix in the settings, then press Retry.',
    details: `key ${key}`,
  });
}

export function notVerifiable(details: string): StoreFailure {
  return failure('needs-user', {
    code: 'NotVerifiable',
    message: 'The server gives no checksum with which the uploaded file could be compared.',
    action: 'Ask the server’s administrator to turn on checksums for this bucket, or to pass ETags on.',
    details,
  });
}

export function objectDamaged(details: string): StoreFailure {
  const action = 'Press Retry; if it happens again, check this computer’s memory and disk.';
  const message = 'What the bucket holds differs from the bundle on this computer.';
  return failure('corrupt', { code: 'ObjectDamaged', message, action, details }, undefined, action);
}

export function notThereYet(key: string): StoreFailure {
  return failure('retry', {
    code: 'NotThereYet',
    message: 'The server confirmed the upload but does not show the file yet.',
    action: 'Wait: the app looks again by itself.',
    details: `key ${key}`,
  });
}

/** Whether the bucket holds what the server confirmed could not be asked just now; nothing has to be sent again. */
export function notCheckedYet({ error, httpStatus }: StoreFailure): StoreFailure {
  return new StoreFailure({
    verdict: 'retry',
    httpStatus,
    error: {
      code: error.code,
      message: 'The server did not answer whether the file is in the bucket.',
      action: 'Wait: the app asks again by itself.',
      details: error.details,
    },
    actionAtLast: 'Press Retry; what was uploaded is not sent again.',
  });
}

/** Every part was taken, and at the end the server knows of no upload. */
export function uploadNeverKnown(): StoreFailure {
  return failure('needs-user', {
    code: UPLOAD_NEVER_KNOWN,
    message:
      'The server accepts all parts, but cannot put them together: it does not know the upload any more.',
    action: 'Ask the server’s administrator why it loses unfinished uploads, then press Retry.',
  });
}

export const UPLOAD_NEVER_KNOWN = 'UploadNeverKnown';

/** @param cause what the server answered where the bucket should be */
export function bucketInEndpoint(bucket: string, cause: StoreFailure): StoreFailure {
  const words = bucketInEndpointWords(bucket);
  const error = { code: 'BucketInEndpoint', ...words, details: cause.error.details };
  return failure('needs-user', error, cause);
}

/** @param encryption with which the bucket took what it had refused without */
export function encryptionDemanded(encryption: Encryption, cause: StoreFailure): StoreFailure {
  const name = encryption === 'sse-s3' ? 'SSE-S3' : 'SSE-KMS';
  const error = {
    code: 'EncryptionDemanded',
    message: `The bucket demands encryption (${name}) of each upload.`,
    action: `Set the encryption to ${name} in the settings, under Advanced.`,
    details: cause.error.details,
  };
  return failure('needs-user', error, cause);
}

/** The server has lost what it had confirmed, several times in a row. */
export function uploadKeepsVanishing(): StoreFailure {
  return failure('retry', {
    code: 'UploadKeepsVanishing',
    message: 'The server keeps losing the parts it has received.',
    action: 'Wait: the app tries again by itself.',
  });
}

/** Our own signal stopped it. Never shown. */
export function uploadCancelled(cause: unknown): StoreFailure {
  return failure(
    'cancelled',
    { code: 'Cancelled', message: 'The upload was cancelled.', action: 'Press Upload to begin again.' },
    cause,
  );
}

/** Something that no store threw: a full disk while the state was being written, or our own fault. */
export function unforeseen(cause: unknown): StoreFailure {
  if (cause instanceof AppFailure) {
    const atLast = cause.error.code === STATE_NOT_SAVED ? `${CHECK_DISK}, then press Retry.` : undefined;
    return failure('retry', cause.error, cause, atLast);
  }
  const code = (cause as NodeJS.ErrnoException | null)?.code ?? 'Internal';
  const diskFull = code === 'ENOSPC' || code === 'EDQUOT';
  return failure(
    'retry',
    {
      code,
      message: diskFull ? 'This computer’s disk is full.' : 'Something went wrong on this computer.',
      action: diskFull
        ? 'Free some space; the app tries again by itself.'
        : 'Wait: the app tries again by itself.',
      details: String(cause),
    },
    cause,
    diskFull ? 'Free some space, then press Retry.' : undefined,
  );
}

const STATE_NOT_SAVED = 'StateNotSaved';
const CHECK_DISK = 'Check that the disk is not full and can be written to';

export function stateNotSaved(cause: unknown): AppFailure {
  const error = {
    code: STATE_NOT_SAVED,
    message: 'The state of this upload could not be saved on this computer.',
    action: `${CHECK_DISK}, then try again.`,
    details: String(cause),
  };
  return new AppFailure(error, { cause });
}

/** Settings that an upload waits for. */
export function settingsNeeded(code: keyof typeof NEEDED): AppError {
  return { code, ...NEEDED[code] };
}

const NEEDED = {
  NotConfigured: {
    message: 'No destination for uploads has been set up yet.',
    action: 'Open the settings, enter your bucket and save.',
  },
  SecretMissing: {
    message: 'The secret access key is not known to the app any more.',
    action: 'Open the settings and enter the secret again.',
  },
  SecretLocked: {
    message: 'The system’s keychain is locked, so the stored secret access key cannot be read.',
    action:
      'Unlock the keychain: uploads then continue by themselves. If they do not, quit the app and open it again.',
  },
};

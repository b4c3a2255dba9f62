import type { AppError } from '../appError';
import { BUNDLE_GONE } from './fileErrors';

/*
 * The app's messages about a session's upload, in addition to the engine's problems. Codes are for programs; some have
 * several texts, so the kinds are finer than the codes.
 */

type Told = Omit<AppError, 'details'>;

const REFUSALS = {
  'not-exported': {
    code: 'NotExported',
    message: 'This session has not been exported yet.',
    action: 'Export it first, then upload it.',
  },
  'bundle-missing': { code: 'BundleMissing', ...BUNDLE_GONE },
  'already-uploaded': {
    code: 'AlreadyUploaded',
    message: 'This session is in the bucket already, and the copy there was verified.',
    action: 'There is nothing to do.',
  },
  'would-replace': {
    code: 'WouldReplace',
    message: 'The bucket holds an earlier bundle of this session; it was not replaced.',
    action: 'Press Upload on its row and say that it may be replaced.',
  },
  'not-uploaded': {
    code: 'NotUploaded',
    message: 'No bundle of this session was uploaded yet.',
    action: 'Upload it first.',
  },
  'nothing-to-link': {
    code: 'NotUploaded',
    message: 'This session is not in the bucket, so there is nothing to link to.',
    action: 'Upload it first.',
  },
  'object-gone': {
    code: 'ObjectGone',
    message: 'No link was copied: the bundle is no longer in the bucket.',
    action: 'Upload it again, then copy the link.',
  },
  'object-replaced': {
    code: 'ObjectReplaced',
    message: 'No link was copied: a different object has taken the bundle’s place in the bucket.',
    action: 'Look at that object first; uploading again would replace it.',
  },
  'other-destination-asked': {
    code: 'OtherDestination',
    message: 'This session was uploaded to another server than the one in the settings.',
    action: 'Set the former destination again to ask it.',
  },
  'other-destination-linked': {
    code: 'OtherDestination',
    message: 'This session was uploaded to another server than the one in the settings.',
    action: 'Set the former destination again to make a link.',
  },
  'no-answer': {
    code: 'NoAnswer',
    message: 'The bucket did not answer within 10 seconds.',
    action: 'Check the network, then ask again.',
  },
  'not-told': {
    code: 'NotTold',
    message: 'The server does not tell these credentials what is in the bucket.',
    action: 'Allow them s3:GetObject and s3:ListBucket (Settings → Show IAM policy), then ask again.',
  },
  'too-little-told': {
    code: 'TooLittleTold',
    message: 'The server reports no checksum, ETag or metadata for the file, so it cannot be compared.',
    action: 'Ask the administrator of the server, or of the gateway in front of it, to pass them on.',
  },
  'state-not-allowed': {
    code: 'StateUnreadable',
    message: 'The app is not allowed to read what it stored about an upload.',
    action: 'Check the permissions of the app’s data folder, then press Upload again.',
  },
  'state-unreadable': {
    code: 'StateUnreadable',
    message: 'What the app stored about an upload cannot be read.',
    action: 'Check the disk that holds the app’s data folder, then press Upload again.',
  },
  'state-of-another': {
    code: 'StateOfAnotherSession',
    message: 'The upload record in this session’s folder belongs to another session.',
    action:
      'If you copied its folder, its row in the list offers to keep it; if you copied the file named in the details, delete it.',
  },
  'upload-claimed': {
    code: 'UploadClaimed',
    message: 'A copied session says it was uploaded, but not by this app.',
    action: 'It counts as not uploaded. Press Upload: the app looks in the bucket first.',
  },
  'secret-unreadable': {
    code: 'SecretMissing',
    message: 'The stored secret access key cannot be read on this account or computer.',
    action: 'Open the settings and enter the secret again.',
  },
  'preset-unusable': {
    code: 'PresetUnusable',
    message: 'The file with the local bucket’s settings cannot be used.',
    action: 'Start the app with --local-bucket again, or enter the bucket in the settings.',
  },
} satisfies Record<string, Told>;

export type UploadRefusal = keyof typeof REFUSALS;

/** @param details raw facts, shown under “Details” */
export function describeRefusal(kind: UploadRefusal, details?: string): AppError {
  return { ...REFUSALS[kind], ...(details !== undefined && { details }) };
}

/** @param cause the bucket's error in place of the bundle; absent if it returned other content */
export function describeUnreadableObject(cause?: AppError): AppError {
  const why = cause?.message ?? 'it returned something else.';
  return {
    code: 'NotReadable',
    message: `The bucket lists the bundle, but it could not be verified: ${why}`,
    action: 'Ask again in a while.',
    details: cause && [cause.code, cause.details].filter(Boolean).join('\n'),
  };
}

/** @param what the content of the file, in words */
export function describeDamagedFile(what: string, details: string): AppError {
  return {
    code: 'FileDamaged',
    message: `The file with the ${what} could not be read and was set aside.`,
    action: 'Check your settings and uploads; nothing was deleted.',
    details,
  };
}

/** Files that the app can work without if a newer version wrote them, so that nothing waits for an update. */
export type OptionalJsonFile = 'findings' | 'aborts';

const WITHOUT: Record<OptionalJsonFile, string> = {
  findings: 'Nothing to do: uploads go on, and what the bucket can do is tested again after each start.',
  aborts: 'Update the app: until then parts of uploads that were deleted may stay in the bucket.',
};

/** @param error why the file is left unchanged */
export function describeWithoutFile(file: OptionalJsonFile, error: AppError): AppError {
  return { ...error, action: WITHOUT[file] };
}

/** A failure recorded by an early version of the app: only its cause, in words. */
export function describeEarlier(message: string): AppError {
  return { code: 'UploadFailed', message, action: '' };
}

import * as z from 'zod/mini';
import { appErrorSchema, type AppError } from './appError';
import {
  count,
  epochMs,
  fileBytes,
  fileTimeMs,
  intBetween,
  line,
  list,
  matching,
  name,
  numberBetween,
  objectBytes,
  text,
  word,
} from './bounds';
import { sessionIdSchema } from './ids';
import { keptProblemSchema, uploadProblemSchema, type UploadProblem } from './problem';

export const MIN_PART_SIZE_BYTES = 5 * 1024 * 1024;
/** The largest part size in the settings. A part larger than `MAX_IN_FLIGHT_BYTES` is sent alone. */
export const MAX_PART_SIZE_BYTES = 128 * 1024 * 1024;
export const DEFAULT_PART_SIZE_BYTES = 10 * 1024 * 1024;
export const DEFAULT_MAX_RETRIES = 10;
export const DEFAULT_KEY_PREFIX = 'sessions/';
/** The destination of uploads that name none. */
export const DEFAULT_DESTINATION = 'default';

export const uploadStatusSchema = z.enum(['not_uploaded', 'pending', 'uploading', 'done', 'failed']);
export type UploadStatus = z.infer<typeof uploadStatusSchema>;

/**
 * What a pending or uploading item waits for. `untilMs` is epoch milliseconds. `backoff` after a transient failure (an
 * attempt was charged); `network` while the endpoint is unreachable (no attempt is charged); `throttled` while the
 * server asks to slow down.
 */
export const uploadReasonSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('backoff'), untilMs: epochMs }),
  z.object({ kind: z.literal('network'), untilMs: epochMs, sinceMs: epochMs }),
  z.object({ kind: z.literal('throttled'), untilMs: epochMs }),
  z.object({ kind: z.literal('needs-user'), code: word }),
  z.object({ kind: z.literal('file') }),
  z.object({ kind: z.literal('paused') }),
]);
export type UploadReason = z.infer<typeof uploadReasonSchema>;

export const checksumAlgorithmSchema = z.enum(['CRC32', 'CRC64NVME', 'MD5']);
export type ChecksumAlgorithm = z.infer<typeof checksumAlgorithmSchema>;

/** One acknowledged part. `etag` as the server returned it (with quotes); `checksum` base64, of `checksumAlgorithm`. */
export const uploadedPartSchema = z.object({
  number: intBetween(1, 10_000),
  size: objectBytes,
  etag: line,
  checksum: z.optional(word),
});
export type UploadedPart = z.infer<typeof uploadedPartSchema>;

/** A multipart upload as recorded here. Times are epoch milliseconds. */
export const multipartSchema = z.object({
  uploadId: line,
  partSizeBytes: intBetween(1, 5 * 2 ** 30),
  checksumAlgorithm: checksumAlgorithmSchema,
  initiatedAt: epochMs,
  completeSentAt: z.optional(epochMs),
  parts: list(uploadedPartSchema, 10_000),
});
export type MultipartState = z.infer<typeof multipartSchema>;

/** An abandoned multipart upload that must still be aborted on the server. */
export const pendingAbortSchema = z.object({
  /** The server it is on; absent for AWS S3. */
  endpoint: z.optional(line),
  bucket: name,
  key: line,
  uploadId: line,
  /** The destination whose settings reach it; absent for the default destination. */
  destinationId: z.optional(word),
});
export type PendingAbort = z.infer<typeof pendingAbortSchema>;

/** What is now at the key of an uploaded object: that object, nothing, or something else. */
export const foundInBucketSchema = z.enum(['same', 'gone', 'other']);
export type FoundInBucket = z.infer<typeof foundInBucketSchema>;

/**
 * The object of a verified upload, used for later checks of the bucket. `etag` and `checksum` are those of the
 * verification; times are epoch milliseconds.
 */
export const uploadedObjectSchema = z.object({
  /** The server it is on; absent for AWS S3. */
  endpoint: z.optional(line),
  bucket: name,
  key: line,
  uploadToken: word,
  size: objectBytes,
  etag: line,
  versionId: z.optional(line),
  checksum: z.optional(word),
  verifiedAt: epochMs,
  /**
   * Another upload wrote the object, with the same content. Identified by content, and not this upload's to replace.
   */
  foreign: z.optional(z.literal(true)),
  /** The bucket's last answer about whether it still holds the object. */
  check: z.optional(z.object({ found: foundInBucketSchema, checkedAt: epochMs })),
});
export type UploadedObject = z.infer<typeof uploadedObjectSchema>;

/** Whether the bucket no longer held the object at the last check. */
export function isLost(object: Pick<UploadedObject, 'check'> | undefined): boolean {
  return object?.check !== undefined && object.check.found !== 'same';
}

const nanoseconds = matching(/^-?\d{1,20}$/, 'time', 21);

/**
 * The bundle's stats at `seenAt` (epoch ms). Version 1 has no `exact`, so its states do not prove which content was
 * sent: the parts are compared with the file first.
 */
export const fileIdentitySchema = z.object({
  size: fileBytes,
  mtimeMs: fileTimeMs,
  exact: z.optional(
    z.object({
      ino: matching(/^\d{1,20}$/, 'file number', 20),
      mtimeNs: nanoseconds,
      ctimeNs: nanoseconds,
      birthtimeNs: nanoseconds,
    }),
  ),
  seenAt: z.optional(epochMs),
});

/** Places in the queue are times. */
const MAX_PLACE = 8.64e15;

/** `upload-state.json`. Times are epoch milliseconds, sizes bytes. */
export const uploadStateSchema = z.object({
  version: z.literal(2),
  sessionId: sessionIdSchema,
  status: uploadStatusSchema,
  s3Key: z.optional(line),
  bytesUploaded: fileBytes,
  totalBytes: fileBytes,
  retryCount: count,
  maxRetries: count,
  /** The cause in words. `error` has the same text with its action and details. */
  lastError: z.optional(line),
  lastAttemptAt: z.optional(epochMs),
  completedAt: z.optional(epochMs),
  createdAt: epochMs,
  updatedAt: epochMs,

  reason: z.optional(uploadReasonSchema),
  error: z.optional(appErrorSchema),
  /**
   * The facts from which `error` was made. Earlier versions recorded none; those of a newer version may be unknown
   * here, and then only the recorded words count.
   */
  errorFacts: z.catch(z.optional(z.omit(uploadProblemSchema, { code: true, details: true })), undefined),
  /** Whether another attempt may succeed without the user. Set with `failed`. */
  retryable: z.optional(z.boolean()),
  /** Position in the queue: items are processed in ascending order. */
  enqueuedAt: z.optional(numberBetween(-MAX_PLACE, MAX_PLACE)),
  /** Starts at 1; increases whenever the bundle changed or the upload had to start again. */
  generation: count,
  /** Absent for the default destination. */
  destinationId: z.optional(word),
  /** The bundle that this generation sends. */
  file: z.optional(fileIdentitySchema),
  /** The target of this generation. No endpoint: AWS S3. */
  endpoint: z.optional(line),
  bucket: z.optional(name),
  key: z.optional(line),
  /** UUID, also stored as the object's metadata `upload-token`. */
  uploadToken: z.optional(word),
  /** The token of the previous generation: an object with it is this upload's own. */
  earlierToken: z.optional(word),
  multipart: z.optional(multipartSchema),
  /**
   * A CreateMultipartUpload was sent, and its reply is not recorded. `others` are the ids of the earlier uploads at the
   * key; absent if those could not be listed.
   */
  createIntent: z.optional(z.object({ others: z.optional(list(line, 100)) })),
  result: z.optional(
    z.object({
      etag: line,
      versionId: z.optional(line),
      checksum: z.optional(word),
      verifiedAt: epochMs,
      /** Another upload wrote the object, with the same content. */
      foreign: z.optional(z.literal(true)),
    }),
  ),
  pendingAborts: list(pendingAbortSchema, 10_000),
  /**
   * The status in a state that another installation wrote: it came with a copied folder, and is not trusted without
   * asking the bucket.
   */
  claimed: z.optional(uploadStatusSchema),
  /** The last verified upload of this session; later unfinished ones do not change it. */
  uploaded: z.optional(uploadedObjectSchema),
});
export type UploadState = z.infer<typeof uploadStateSchema>;

/** The stored facts of an upload, independent of what is uploaded. */
export type UploadFacts = Omit<
  UploadState,
  'version' | 'sessionId' | 's3Key' | 'lastError' | 'error' | 'errorFacts'
>;

/** The engine's state of an upload. The engine does not know sessions: a job uploads one file to one key. */
export type JobState = UploadFacts & { jobId: string; problem?: UploadProblem };

/** A state as a job store keeps it. */
export const jobStateSchema = z.extend(
  z.omit(uploadStateSchema, {
    ...{ version: true, sessionId: true, s3Key: true },
    ...{ lastError: true, error: true, errorFacts: true },
  }),
  { jobId: line, problem: z.optional(keptProblemSchema) },
);

/** How the server encrypts objects at rest: with its own key, or with one from a key service. */
export const encryptionSchema = z.enum(['sse-s3', 'sse-kms']);
export type Encryption = z.infer<typeof encryptionSchema>;

/** Attributes for every uploaded object. */
export type ObjectAttributes = {
  /** Absent: the bucket's default. */
  encryption?: Encryption;
  /** Key of `sse-kms`; absent: the account's default. */
  kmsKeyId?: string;
  /** Absent: the server's default. */
  storageClass?: string;
  objectTags?: Record<string, string>;
};

/** All settings of the destination, with secrets in clear text: only in main's memory. */
export type UploadConfig = ObjectAttributes & {
  bucket: string;
  region: string;
  /** Empty, or ends with "/". */
  keyPrefix: string;
  /** Empty, like the secret, if an AWS profile provides the keys. */
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  /** Name of the AWS profile on this computer that provides the keys. */
  awsProfile?: string;
  maxRetries: number;
  partSizeBytes: number;
  /** Absent for AWS S3. */
  endpoint?: string;
  forcePathStyle?: boolean;
  /** Bandwidth limit for uploads, in bytes per second; absent: no limit. */
  maxBytesPerSecond?: number;
  /** Path of a PEM file with the certificate authority of a private endpoint, trusted in addition to the system's. */
  caFile?: string;
  /** Set for a local bucket: its server proves on each connection that it holds the secret. */
  provesItself?: boolean;
};

/** Where an AWS profile gets its keys. */
export type AwsProfileKind =
  'keys' | 'temporary-keys' | 'sso' | 'login' | 'process' | 'role' | 'web-identity';

/** A profile of AWS's own tools on this computer. `kind` is absent if it names no source of keys. */
export type AwsProfileView = { name: string; kind?: AwsProfileKind; region?: string };

/** How a secret is stored if the system cannot encrypt it: asked for again after a restart, or weakly protected. */
export const secretStorageSchema = z.enum(['encrypted', 'session-only', 'weak']);
export type SecretStorage = z.infer<typeof secretStorageSchema>;

/** A number as typed; the rules of its field check it. */
const typed = numberBetween(-Number.MAX_VALUE, Number.MAX_VALUE);
/** A text as typed or pasted. The rules of its field limit its length, with an error that names the field. */
const typedText = text(1_000_000);

/**
 * The form as sent by the renderer. Without `secretAccessKey`, the stored one is used; `sessionToken: ''` removes a
 * stored token. Fields are strings and numbers as typed: main validates them.
 */
export const uploadConfigInputSchema = z.object({
  bucket: typedText,
  region: typedText,
  keyPrefix: z.optional(typedText),
  accessKeyId: typedText,
  secretAccessKey: z.optional(typedText),
  sessionToken: z.optional(typedText),
  /** Present, even if empty: use an AWS profile, and store no keys. */
  awsProfile: z.optional(typedText),
  maxRetries: z.optional(typed),
  partSizeBytes: z.optional(typed),
  endpoint: z.optional(typedText),
  forcePathStyle: z.optional(z.boolean()),
  /** Absent: no limit. */
  maxBytesPerSecond: z.optional(typed),
  caFile: z.optional(typedText),
  /** Absent: the bucket's default. */
  encryption: z.optional(encryptionSchema),
  kmsKeyId: z.optional(typedText),
  storageClass: z.optional(typedText),
  /** As typed: `name=value`, separated by commas or line breaks. */
  objectTags: z.optional(typedText),
  /** The user's choice if the system does not encrypt. Without it, such a secret is not stored. */
  secretStorage: z.optional(z.enum(['session-only', 'weak'])),
  /** The user's consent to plain http on a private network. Loopback needs it too. */
  allowHttp: z.optional(z.boolean()),
});
export type UploadConfigInput = z.infer<typeof uploadConfigInputSchema>;
export type UploadConfigField = keyof UploadConfigInput;
/** One sentence for each invalid field. */
export type FieldErrors = Partial<Record<UploadConfigField, string>>;

/** A secret as the renderer may see it. */
export type SecretView = { configured: boolean; last4?: string; locked?: true };

/** The settings as the renderer may see them. `secretStorage` says how the secret is stored, if there is one. */
export type UploadConfigView = Omit<UploadConfig, 'secretAccessKey' | 'sessionToken'> & {
  secretAccessKey: SecretView;
  sessionToken: SecretView;
  secretStorage?: SecretStorage;
  allowHttp?: boolean;
};

/**
 * The checksum that a destination keeps with an object (MD5: none, so Content-MD5 and ETags are used), and the features
 * it supports.
 */
export type DestinationCapabilities = {
  checksumAlgorithm: ChecksumAlgorithm;
  /** `If-None-Match: *`. */
  conditionalWrites: boolean;
  /** ListParts: without it, a resumed upload relies on its local record. */
  listParts?: boolean;
};

/** The proxy for the destination: `host:port`, and the environment variable that names it. */
export type ProxyView = { name: string; variable: string };

/** The result of `getUploadConfig`: `config` is null until settings were saved. */
export type UploadConfigSnapshot = {
  config: UploadConfigView | null;
  /** Whether the system encrypts secrets. If false, saving a secret needs `secretStorage`. */
  systemEncrypts: boolean;
  /** Capabilities found for the saved destination; absent before the first probe. */
  capabilities?: DestinationCapabilities;
  /** Absent if the saved destination is reached without a proxy. */
  proxy?: ProxyView;
};

/** Lifetime of a download link in seconds: an hour, a day, or a week, S3's maximum. */
export const linkExpirySchema = z.union([z.literal(3600), z.literal(86_400), z.literal(604_800)]);
export type LinkExpirySeconds = z.infer<typeof linkExpirySchema>;

/**
 * A presigned GET. Times are epoch milliseconds: the link expires at `expiresAt`, and the credentials that signed it at
 * `keysEndAt`, if known; the earlier of the two counts.
 */
export type DownloadLink = {
  url: string;
  expiresAt: number;
  keysEndAt?: number;
  /** Why the link could not be tested, in words. */
  unchecked?: string;
};

/**
 * The bucket's current answer. `unknown`: it could not be asked, see `error`. `sizeBytes` is the size of the object now
 * at the key.
 */
export type BucketCheck = {
  found: FoundInBucket | 'unknown';
  checkedAt: number;
  sizeBytes?: number;
  /** At that moment, the bundle on this computer differed from the checked one. */
  bundleChanged?: boolean;
  error?: AppError;
};

/** The result of `setUploadConfig`. With `fieldErrors`, nothing was saved. */
export type SaveConfigResult =
  { saved: true; config: UploadConfigView } | { saved: false; fieldErrors: FieldErrors };

/** The result of `validateUploadConfig`: checks the fields first, then writes a probe object at the destination. */
export type ValidateConfigResult = {
  valid: boolean;
  error?: AppError;
  fieldErrors?: FieldErrors;
  /** Limitations, for example no permission to delete the probe. */
  warnings?: string[];
  /** The address that the server named as its own, over https on the same host. */
  suggestedEndpoint?: string;
};

/** Payload of `upload:progress`. */
export type UploadProgressPayload = {
  sessionId: string;
  status: UploadStatus;
  /** Acknowledged or in flight; does not decrease during one upload of a bundle. */
  bytesUploaded: number;
  /** Bytes in the bucket, which are not sent again. */
  bytesKept: number;
  totalBytes: number;
  /** 0–100, of `bytesUploaded`. */
  progress: number;
  /** The cause in words. */
  error?: string;
  errorDetail?: AppError;
  reason?: UploadReason;
  /** The AWS profile that has provided no keys for some seconds, during the upload. */
  waitsForProfile?: string;
  retryCount: number;
  maxRetries: number;
  /** Over the last ten seconds; absent in the first two, and while no bytes move. */
  bytesPerSecond?: number;
  /** At that speed, smoothed. */
  secondsLeft?: number;
  /** The peer whose answer is pending, if no byte moves until `afterMs` (epoch): longer than usual on this link. */
  awaits?: { from: string; afterMs: number };
  /** Progress of comparing the file with the data in the bucket, 0–100; absent otherwise. */
  comparedPercent?: number;
};

/** A limitation: the probe could not be deleted, or the server keeps no metadata. */
export type DestinationWarning = 'undeletable' | 'no-metadata';

/** What is missing before uploads can start: `ready`, or the code of what the user must enter. */
export type DestinationStatus = 'ready' | 'NotConfigured' | 'SecretMissing' | 'SecretLocked';

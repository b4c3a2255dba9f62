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
/** The largest part that the settings take. One above `MAX_IN_FLIGHT_BYTES` travels alone. */
export const MAX_PART_SIZE_BYTES = 128 * 1024 * 1024;
export const DEFAULT_PART_SIZE_BYTES = 10 * 1024 * 1024;
export const DEFAULT_MAX_RETRIES = 10;
export const DEFAULT_KEY_PREFIX = 'sessions/';
/** The destination of uploads that name none. */
export const DEFAULT_DESTINATION = 'default';

export const uploadStatusSchema = z.enum(['not_uploaded', 'pending', 'uploading', 'done', 'failed']);
export type UploadStatus = z.infer<typeof uploadStatusSchema>;

/**
 * What a pending or uploading item waits for. `untilMs` is epoch milliseconds.
 * `backoff` after a fault on the way (an attempt was charged); `network` while the endpoint cannot be reached at all
 * (no attempt is charged); `throttled` while the server asked for quiet.
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

/** One acknowledged part. `etag` as the server gave it (with quotes); `checksum` base64, of `checksumAlgorithm`. */
export const uploadedPartSchema = z.object({
  number: intBetween(1, 10_000),
  size: objectBytes,
  etag: line,
  checksum: z.optional(word),
});
export type UploadedPart = z.infer<typeof uploadedPartSchema>;

/** A multipart upload as the server and we know it. Times are epoch milliseconds. */
export const multipartSchema = z.object({
  uploadId: line,
  partSizeBytes: intBetween(1, 5 * 2 ** 30),
  checksumAlgorithm: checksumAlgorithmSchema,
  initiatedAt: epochMs,
  completeSentAt: z.optional(epochMs),
  parts: list(uploadedPartSchema, 10_000),
});
export type MultipartState = z.infer<typeof multipartSchema>;

/** A multipart upload on the server that nobody needs any more and that is still to be aborted. */
export const pendingAbortSchema = z.object({
  /** The server it is on; absent for AWS S3. */
  endpoint: z.optional(line),
  bucket: name,
  key: line,
  uploadId: line,
  /** Whose settings reach it; absent for the default destination. */
  destinationId: z.optional(word),
});
export type PendingAbort = z.infer<typeof pendingAbortSchema>;

/** What stands where an upload left its object: that object, nothing, or something else. */
export const foundInBucketSchema = z.enum(['same', 'gone', 'other']);
export type FoundInBucket = z.infer<typeof foundInBucketSchema>;

/**
 * The object of an upload that was verified, and what a later look into the bucket is held against. `etag` and
 * `checksum` are those of the verification; times are epoch milliseconds.
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
  /** Another upload wrote the object, with the same content. It is told by that, and is not this upload's to replace. */
  foreign: z.optional(z.literal(true)),
  /** The last answer of the bucket to whether it still holds it. */
  check: z.optional(z.object({ found: foundInBucketSchema, checkedAt: epochMs })),
});
export type UploadedObject = z.infer<typeof uploadedObjectSchema>;

/** Whether the bucket, when it was last asked, held the object no more. */
export function isLost(object: Pick<UploadedObject, 'check'> | undefined): boolean {
  return object?.check !== undefined && object.check.found !== 'same';
}

const nanoseconds = matching(/^-?\d{1,20}$/, 'time', 21);

/**
 * The bundle as the system described it at `seenAt` (epoch ms). Version 1 kept no `exact`, so its states do not vouch for
 * what was sent: it is compared with the file first.
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
  /** The cause in words. `error` holds the same with its action and details. */
  lastError: z.optional(line),
  lastAttemptAt: z.optional(epochMs),
  completedAt: z.optional(epochMs),
  createdAt: epochMs,
  updatedAt: epochMs,

  reason: z.optional(uploadReasonSchema),
  error: z.optional(appErrorSchema),
  /**
   * What `error` was made from. Earlier versions recorded none; those of a newer version may be unknown here, and then the
   * recorded words stand alone.
   */
  errorFacts: z.catch(z.optional(z.omit(uploadProblemSchema, { code: true, details: true })), undefined),
  /** Whether another attempt may succeed without the user. Set with `failed`. */
  retryable: z.optional(z.boolean()),
  /** Position in the queue: items are served in ascending order. */
  enqueuedAt: z.optional(numberBetween(-MAX_PLACE, MAX_PLACE)),
  /** Starts at 1; grows whenever the bundle changed or the upload had to begin anew. */
  generation: count,
  /** Absent for the default destination. */
  destinationId: z.optional(word),
  /** The bundle that this generation sends. */
  file: z.optional(fileIdentitySchema),
  /** Where this generation goes. No endpoint: AWS S3. */
  endpoint: z.optional(line),
  bucket: z.optional(name),
  key: z.optional(line),
  /** UUID, also stored as the object's metadata `upload-token`. */
  uploadToken: z.optional(word),
  /** The token of the generation before: an object that carries it is this upload's own. */
  earlierToken: z.optional(word),
  multipart: z.optional(multipartSchema),
  /**
   * A CreateMultipartUpload was sent, and its answer is not recorded. `others` are the ids of the uploads that stood at the
   * key before; absent where those could not be listed.
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
   * The status that a state told which another installation wrote: it came with a copied folder, and holds nothing that
   * is believed without asking the bucket.
   */
  claimed: z.optional(uploadStatusSchema),
  /** The last upload of this session that was verified; later ones that are not through yet leave it as it is. */
  uploaded: z.optional(uploadedObjectSchema),
});
export type UploadState = z.infer<typeof uploadStateSchema>;

/** What is kept of an upload, whatever it is that is uploaded. */
export type UploadFacts = Omit<
  UploadState,
  'version' | 'sessionId' | 's3Key' | 'lastError' | 'error' | 'errorFacts'
>;

/** The state of an upload as the engine has it, which knows no sessions: a job is one file on its way to one key. */
export type JobState = UploadFacts & { jobId: string; problem?: UploadProblem };

/** A state as a job store keeps it. */
export const jobStateSchema = z.extend(
  z.omit(uploadStateSchema, {
    ...{ version: true, sessionId: true, s3Key: true },
    ...{ lastError: true, error: true, errorFacts: true },
  }),
  { jobId: line, problem: z.optional(keptProblemSchema) },
);

/** How the server encrypts objects at rest: with a key of its own, or with one of a key service. */
export const encryptionSchema = z.enum(['sse-s3', 'sse-kms']);
export type Encryption = z.infer<typeof encryptionSchema>;

/** What is wanted of every object that is uploaded. */
export type ObjectAttributes = {
  /** Absent: as the bucket has it. */
  encryption?: Encryption;
  /** Key of `sse-kms`; absent: the account's own. */
  kmsKeyId?: string;
  /** Absent: the server's default. */
  storageClass?: string;
  objectTags?: Record<string, string>;
};

/** The whole settings of the destination, secrets in clear: exists in main's memory only. */
export type UploadConfig = ObjectAttributes & {
  bucket: string;
  region: string;
  /** Empty, or ends with "/". */
  keyPrefix: string;
  /** Empty, as is the secret, where an AWS profile gives the keys. */
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  /** Name of the AWS profile on this computer that gives the keys. */
  awsProfile?: string;
  maxRetries: number;
  partSizeBytes: number;
  /** Absent for AWS S3. */
  endpoint?: string;
  forcePathStyle?: boolean;
  /** The most that uploads may send a second; absent: as fast as the line bears. */
  maxBytesPerSecond?: number;
  /** Path of a PEM file with the certificate authority of a private endpoint, trusted beside the system's. */
  caFile?: string;
  /** Set for a local bucket: its server proves on each connection that it holds the secret. */
  provesItself?: boolean;
};

/** Where an AWS profile takes its keys from. */
export type AwsProfileKind =
  'keys' | 'temporary-keys' | 'sso' | 'login' | 'process' | 'role' | 'web-identity';

/** A profile of AWS's own tools on this computer. `kind` is absent where it names no source of keys. */
export type AwsProfileView = { name: string; kind?: AwsProfileKind; region?: string };

/** How a secret is kept when the system cannot encrypt it: asked for again after a restart, or weakly stored. */
export const secretStorageSchema = z.enum(['encrypted', 'session-only', 'weak']);
export type SecretStorage = z.infer<typeof secretStorageSchema>;

/** A number as a person typed it; the rules of its field judge it. */
const typed = numberBetween(-Number.MAX_VALUE, Number.MAX_VALUE);
/** A text as a person typed or pasted it. How long it may be is a rule of its field, which names the field. */
const typedText = text(1_000_000);

/**
 * The form as the renderer sends it. An absent `secretAccessKey` means the stored one;
 * `sessionToken: ''` removes a stored token. Fields are strings and numbers as typed: main judges them.
 */
export const uploadConfigInputSchema = z.object({
  bucket: typedText,
  region: typedText,
  keyPrefix: z.optional(typedText),
  accessKeyId: typedText,
  secretAccessKey: z.optional(typedText),
  sessionToken: z.optional(typedText),
  /** Present, even if empty: sign in with an AWS profile, and keep no keys. */
  awsProfile: z.optional(typedText),
  maxRetries: z.optional(typed),
  partSizeBytes: z.optional(typed),
  endpoint: z.optional(typedText),
  forcePathStyle: z.optional(z.boolean()),
  /** Absent: no limit. */
  maxBytesPerSecond: z.optional(typed),
  caFile: z.optional(typedText),
  /** Absent: as the bucket has it. */
  encryption: z.optional(encryptionSchema),
  kmsKeyId: z.optional(typedText),
  storageClass: z.optional(typedText),
  /** As typed: `name=value`, separated by commas or line breaks. */
  objectTags: z.optional(typedText),
  /** The user's answer where the system does not encrypt. Without it such a secret is not stored. */
  secretStorage: z.optional(z.enum(['session-only', 'weak'])),
  /** The user's consent to plain http on a private network. Loopback needs it too. */
  allowHttp: z.optional(z.boolean()),
});
export type UploadConfigInput = z.infer<typeof uploadConfigInputSchema>;
export type UploadConfigField = keyof UploadConfigInput;
/** One sentence per field that is wrong. */
export type FieldErrors = Partial<Record<UploadConfigField, string>>;

/** A secret as the renderer may see it. */
export type SecretView = { configured: boolean; last4?: string; locked?: true };

/** The settings as the renderer may see them. `secretStorage` says how the secret is kept, if there is one. */
export type UploadConfigView = Omit<UploadConfig, 'secretAccessKey' | 'sessionToken'> & {
  secretAccessKey: SecretView;
  sessionToken: SecretView;
  secretStorage?: SecretStorage;
  allowHttp?: boolean;
};

/** What a destination keeps with an object (MD5: nothing, so Content-MD5 and ETags serve), and what it honours. */
export type DestinationCapabilities = {
  checksumAlgorithm: ChecksumAlgorithm;
  /** `If-None-Match: *`. */
  conditionalWrites: boolean;
  /** ListParts: without it a resumed upload relies on what was recorded here. */
  listParts?: boolean;
};

/** A proxy on the way to the destination: `host:port`, and the environment variable that names it. */
export type ProxyView = { name: string; variable: string };

/** What `getUploadConfig` answers: `config` is null until something was saved. */
export type UploadConfigSnapshot = {
  config: UploadConfigView | null;
  /** Whether the system encrypts secrets. When false, saving a secret needs `secretStorage`. */
  systemEncrypts: boolean;
  /** What the saved destination was found able to do; absent until it was probed. */
  capabilities?: DestinationCapabilities;
  /** Absent where the saved destination is reached without one. */
  proxy?: ProxyView;
};

/** How long a download link may live, in seconds: an hour, a day, or a week, which is the most that S3 allows. */
export const linkExpirySchema = z.union([z.literal(3600), z.literal(86_400), z.literal(604_800)]);
export type LinkExpirySeconds = z.infer<typeof linkExpirySchema>;

/**
 * A presigned GET. Times are epoch milliseconds: `expiresAt` is when the link ends, `keysEndAt` when the credentials that
 * signed it do, where that is known; the earlier of both counts.
 */
export type DownloadLink = {
  url: string;
  expiresAt: number;
  keysEndAt?: number;
  /** Why it could not be tried out, in words. */
  unchecked?: string;
};

/** What a bucket answered now. `unknown`: it could not be asked, as `error` says. `sizeBytes` is of what stands there. */
export type BucketCheck = {
  found: FoundInBucket | 'unknown';
  checkedAt: number;
  sizeBytes?: number;
  /** The bundle on this computer was another than the one that was asked for, at that moment. */
  bundleChanged?: boolean;
  error?: AppError;
};

/** What `setUploadConfig` answers. With `fieldErrors` nothing was saved. */
export type SaveConfigResult =
  { saved: true; config: UploadConfigView } | { saved: false; fieldErrors: FieldErrors };

/** What `validateUploadConfig` answers: fields first, then a probe object at the destination. */
export type ValidateConfigResult = {
  valid: boolean;
  error?: AppError;
  fieldErrors?: FieldErrors;
  /** Things that work less well than they should, e.g. no permission to delete the probe. */
  warnings?: string[];
  /** The address that the server itself named as its own, over https on the same host. */
  suggestedEndpoint?: string;
};

/** `upload:progress`. The plan's fields, then what the card shows beside them. */
export type UploadProgressPayload = {
  sessionId: string;
  status: UploadStatus;
  /** Acknowledged or on the way; it does not fall while it is the same upload of the same bundle. */
  bytesUploaded: number;
  /** What the bucket has: nothing of it is sent again. */
  bytesKept: number;
  totalBytes: number;
  /** 0–100, of `bytesUploaded`. */
  progress: number;
  /** The cause in words. */
  error?: string;
  errorDetail?: AppError;
  reason?: UploadReason;
  /** The AWS profile that has given no keys for some seconds, while it is uploading. */
  waitsForProfile?: string;
  retryCount: number;
  maxRetries: number;
  /** Over the last ten seconds; absent in the first two, and while nothing moves. */
  bytesPerSecond?: number;
  /** By that speed, smoothed. */
  secondsLeft?: number;
  /** From whom an answer is awaited, if no byte moves until `afterMs` (epoch): longer than is usual on this link. */
  awaits?: { from: string; afterMs: number };
  /** How much of the file is compared with what the bucket has of it, 0–100; absent when that is not under way. */
  comparedPercent?: number;
};

/** What works less well than it should: a probe could not be deleted, or the server keeps no metadata. */
export type DestinationWarning = 'undeletable' | 'no-metadata';

/** What uploads need before any can begin: `ready`, or the code of what the user has to enter. */
export type DestinationStatus = 'ready' | 'NotConfigured' | 'SecretMissing' | 'SecretLocked';

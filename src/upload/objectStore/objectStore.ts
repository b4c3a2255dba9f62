import { ProblemFailure } from '../../shared/problem';

/** Decides when bytes may be sent. `upload/rateLimit.ts` implements it. */
export type RateLimiter = {
  /** The most bytes to request at once, at most `wanted`. */
  sliceBytes(wanted: number): number;
  /** Calls `go` when `bytes` may be sent. @returns a function that cancels the wait */
  acquire(bytes: number, go: () => void): () => void;
};

/** The current limit for all uploads together; null: no limit. */
export type Bandwidth = { readonly bytesPerSecond: number | null };

/** A checksum to send with a body, which the server keeps. `value` is base64. */
export type Checksum = { algorithm: 'CRC32' | 'CRC64NVME' | 'MD5'; value: string };

export type ListedPart = { number: number; size: number; etag: string; checksum?: Checksum };

/** Fields are absent if the server did not return them; empty metadata may mean that the server keeps none. */
export type ObjectHead = {
  size?: number;
  /** As the server returned it, with quotes. */
  etag?: string;
  versionId?: string;
  /** The checksum that the bucket keeps, if any. `composite` if computed from part checksums ("…-N"). */
  checksum?: Checksum & { composite: boolean };
  metadata: Record<string, string>;
};

/** The result of a GET: `size` is the body's; ETag and metadata are those of the whole object. */
export type ReadObject = Pick<ObjectHead, 'size' | 'etag' | 'metadata'> & {
  /** The size of the whole object. */
  wholeSize?: number;
  body: AsyncIterable<Uint8Array>;
};
export type StoreCall = { signal?: AbortSignal };

/** Condition for a write: no object at the key, or the object with this ETag, as the server returned it. */
export type WriteCondition = { ifNoneMatch?: boolean; ifMatch?: string };

/**
 * The operations on one bucket of an S3-compatible server, without retries.
 * Every method rejects only with `ObjectStoreError`. Keys are whole keys.
 * Source: Amazon S3 API reference, 2006-03-01.
 */
export type ObjectStore = {
  putObject(
    input: {
      key: string;
      body: Uint8Array;
      contentType: string;
      metadata?: Record<string, string>;
      checksum?: Checksum;
      onBytesSent?: (bytes: number) => void;
    } & WriteCondition &
      StoreCall,
  ): Promise<{
    etag: string;
    versionId?: string;
    /** The checksum of the stored object, if the server returns it. */
    checksum?: Checksum;
  }>;
  /** `null` if there is no object at the key. */
  headObject(input: { key: string } & StoreCall): Promise<ObjectHead | null>;
  getObject(input: { key: string; range?: { first: number; last: number } } & StoreCall): Promise<ReadObject>;
  /** Succeeds if there is no object at the key. */
  deleteObject(input: { key: string } & StoreCall): Promise<void>;
  createMultipartUpload(
    input: {
      key: string;
      contentType: string;
      metadata?: Record<string, string>;
      /** Announced to the server so that it keeps the parts' checksums; MD5 needs no announcement. */
      checksumAlgorithm?: Checksum['algorithm'];
    } & StoreCall,
  ): Promise<{ uploadId: string }>;
  uploadPart(
    input: {
      key: string;
      uploadId: string;
      number: number;
      body: Uint8Array;
      checksum?: Checksum;
      /** Called with the bytes written to the connection since the last call. */
      onBytesSent?: (bytes: number) => void;
    } & StoreCall,
  ): Promise<{ etag: string; checksum?: Checksum }>;
  /** All pages, ordered by number. Rejects with verdict `gone` if the upload no longer exists. */
  listParts(input: { key: string; uploadId: string } & StoreCall): Promise<ListedPart[]>;
  completeMultipartUpload(
    input: {
      key: string;
      uploadId: string;
      parts: { number: number; etag: string; checksum?: Checksum }[];
    } & WriteCondition &
      StoreCall,
  ): Promise<{ etag?: string; versionId?: string }>;
  /** Succeeds if the upload no longer exists. */
  abortMultipartUpload(input: { key: string; uploadId: string } & StoreCall): Promise<void>;
  listMultipartUploads(
    input: { prefix: string } & StoreCall,
  ): Promise<{ key: string; uploadId: string; initiatedAt: number }[]>;
  /** Keys under a prefix, all pages. */
  listObjects(input: { prefix: string } & StoreCall): Promise<{ key: string; size?: number }[]>;
  /** Closes idle sockets. */
  close(): void;
};

/**
 * What a failed call means for its caller:
 * `unreachable` no connection to the endpoint: wait, charge no attempt · `retry` transient failure: back off ·
 * `throttle` the server asked to slow down (`retryAfterMs`) · `needs-user` a retry cannot help ·
 * `gone` the server does not know the multipart upload · `conflict` a condition failed (412, 409) ·
 * `corrupt` the server received a damaged body · `cancelled` our own signal.
 */
export type Verdict =
  'unreachable' | 'retry' | 'throttle' | 'needs-user' | 'gone' | 'conflict' | 'corrupt' | 'cancelled';

/** The only error that an `ObjectStore` throws: classified, with its facts. */
export class ObjectStoreError extends ProblemFailure {
  readonly verdict: Verdict;
  readonly httpStatus?: number;
  readonly retryAfterMs?: number;
  constructor(
    {
      verdict,
      problem,
      httpStatus,
      retryAfterMs,
    }: Pick<ObjectStoreError, 'verdict' | 'problem' | 'httpStatus' | 'retryAfterMs'>,
    options?: ErrorOptions,
  ) {
    super(problem, options);
    this.name = 'ObjectStoreError';
    this.verdict = verdict;
    this.httpStatus = httpStatus;
    this.retryAfterMs = retryAfterMs;
  }
}

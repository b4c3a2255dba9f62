import { ProblemFailure } from '../../shared/problem';

/** Says when bytes may be sent. `lib/rateLimit` is the one that holds to a limit. */
export type RateLimiter = {
  /** The most to ask for at once, at most `wanted` bytes. */
  sliceBytes(wanted: number): number;
  /** Calls `go` when `bytes` may be sent. @returns what calls it off */
  acquire(bytes: number, go: () => void): () => void;
};

/** What all uploads together are held to, as it is now; null: no limit. */
export type Bandwidth = { readonly bytesPerSecond: number | null };

/** A checksum to be sent with a body and kept by the server. `value` is base64. */
export type Checksum = { algorithm: 'CRC32' | 'CRC64NVME' | 'MD5'; value: string };

export type ListedPart = { number: number; size: number; etag: string; checksum?: Checksum };

/** Absent fields are what the server did not tell in any way; no metadata at all may mean that it keeps none. */
export type ObjectHead = {
  size?: number;
  /** As the server gave it, with quotes. */
  etag?: string;
  versionId?: string;
  /** What the bucket keeps; absent on a bucket that keeps none. `composite` when made of part checksums ("…-N"). */
  checksum?: Checksum & { composite: boolean };
  metadata: Record<string, string>;
};

/** What a GET gives: `size` is the body's, ETag and metadata are those of the whole object. */
export type ReadObject = Pick<ObjectHead, 'size' | 'etag' | 'metadata'> & {
  /** The size of the whole object. */
  wholeSize?: number;
  body: AsyncIterable<Uint8Array>;
};
export type StoreCall = { signal?: AbortSignal };

/** What must stand at the key for a write to happen: nothing, or the object with this ETag, as the server gave it. */
export type WriteCondition = { ifNoneMatch?: boolean; ifMatch?: string };

/**
 * One bucket of an S3-compatible server, operation by operation, with no retries of its own.
 * Every method rejects with a `ObjectStoreError` and with nothing else. Keys are whole keys.
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
    /** What the server found in what it stored, where it tells. */
    checksum?: Checksum;
  }>;
  /** `null` when nothing stands at the key. */
  headObject(input: { key: string } & StoreCall): Promise<ObjectHead | null>;
  getObject(input: { key: string; range?: { first: number; last: number } } & StoreCall): Promise<ReadObject>;
  /** No error when nothing stands at the key. */
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
      /** Bytes handed to the wire since the last call. */
      onBytesSent?: (bytes: number) => void;
    } & StoreCall,
  ): Promise<{ etag: string; checksum?: Checksum }>;
  /** All pages, in order of number. A lost upload rejects with verdict `gone`. */
  listParts(input: { key: string; uploadId: string } & StoreCall): Promise<ListedPart[]>;
  completeMultipartUpload(
    input: {
      key: string;
      uploadId: string;
      parts: { number: number; etag: string; checksum?: Checksum }[];
    } & WriteCondition &
      StoreCall,
  ): Promise<{ etag?: string; versionId?: string }>;
  /** No error when the upload is gone already. */
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
 * What a failed call means for whoever made it (DESIGN §7's table):
 * `unreachable` the endpoint cannot be reached at all: wait, charge nothing · `retry` broken on the way: back off ·
 * `throttle` the server asked for quiet (`retryAfterMs`) · `needs-user` no retry can help ·
 * `gone` the multipart upload is unknown to the server · `conflict` a condition failed (412, 409) ·
 * `corrupt` the server found the body damaged · `cancelled` our own signal.
 */
export type Verdict =
  'unreachable' | 'retry' | 'throttle' | 'needs-user' | 'gone' | 'conflict' | 'corrupt' | 'cancelled';

/** The one error an `ObjectStore` throws: classified at the edge, in facts. */
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

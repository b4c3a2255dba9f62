import type { Checksum, ChecksumAlgorithm, ChecksumType } from '../body/checksums.ts';

/** A content file, by its name in the bucket's data folder. */
export type Segment = { data: string; size: number };

/** A request's data about an object besides its content. Header names in lower case. */
export type ObjectLabels = { headers: Record<string, string>; metadata: Record<string, string> };

/**
 * A stored object. `etag` without quotes; times are epoch milliseconds. A multipart object keeps its parts unchanged.
 */
export type StoredObject = ObjectLabels & {
  key: string;
  size: number;
  etag: string;
  lastModified: number;
  segments: Segment[];
  checksum?: Checksum & { type: ChecksumType };
  /** The multipart upload that made it. */
  uploadId?: string;
};

export type StoredPart = Segment & {
  number: number;
  etag: string;
  lastModified: number;
  checksum?: Checksum;
};

export type UploadHeader = ObjectLabels & {
  key: string;
  uploadId: string;
  initiatedAt: number;
  checksum?: { algorithm: ChecksumAlgorithm; type: ChecksumType };
};
export type StoredUpload = UploadHeader & { parts: Map<number, StoredPart> };

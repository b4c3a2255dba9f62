import type { Checksum, ChecksumAlgorithm, ChecksumType } from '../body/checksums.ts';

/** A file of content, by its name in the bucket's data folder. */
export type Segment = { data: string; size: number };

/** What a request says about an object beside its content. Header names in lower case. */
export type ObjectLabels = { headers: Record<string, string>; metadata: Record<string, string> };

/** An object at rest. `etag` without quotes; times are epoch milliseconds. An object made of parts keeps them as they came. */
export type StoredObject = ObjectLabels & {
  key: string;
  size: number;
  etag: string;
  lastModified: number;
  segments: Segment[];
  checksum?: Checksum & { type: ChecksumType };
  /** The multipart upload it was made by. */
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

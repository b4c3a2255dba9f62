import type { ObjectHead } from '../objectStore/objectStore';
import type { JobState, UploadedPart } from '../../shared/upload';
import {
  bareEtag,
  base64ToHex,
  compositeChecksum,
  compositeEtag,
  fullObjectChecksum,
  isMd5Etag,
} from './checksums';

/** The expected object at our key. `parts` have local checksums; one part without multipart for a PUT. */
export type ExpectedObject = {
  size: number;
  uploadToken: string;
  checksumAlgorithm: NonNullable<JobState['multipart']>['checksumAlgorithm'];
  parts: readonly UploadedPart[];
  isMultipart: boolean;
};

/**
 * `absent` no object · `foreign` not written by this upload · `verified` size, token and checksum agree · `damaged`
 * ours, but the content differs · `unverifiable` ours, but the content cannot be compared.
 */
export type Judgement = 'absent' | 'foreign' | 'verified' | 'damaged' | 'unverifiable';

/** S3 metadata with the token of the upload that wrote an object. */
export const TOKEN_METADATA = 'upload-token';

/** Compares an object's HEAD reply with the expected object. Missing fields are no difference. */
export async function judgeObject(head: ObjectHead | null, expected: ExpectedObject): Promise<Judgement> {
  if (!head) return 'absent';
  const isOurs = head.metadata[TOKEN_METADATA] === expected.uploadToken;
  // Without metadata, only the content shows whose object it is: the server, or a CDN, may drop metadata.
  if (!isOurs && !isUnmarked(head)) return 'foreign';
  const otherwise = isOurs ? 'damaged' : 'foreign';
  if (head.size !== undefined && head.size !== expected.size) return otherwise;
  const local = await localCounterpart(head, expected);
  if (!local) return 'unverifiable';
  return local.expected === local.actual ? 'verified' : otherwise;
}

/** Whether an object has no metadata that names its upload. */
export function isUnmarked({ metadata }: Pick<ObjectHead, 'metadata'>): boolean {
  return Object.keys(metadata).length === 0;
}

async function localCounterpart(
  head: ObjectHead,
  expected: ExpectedObject,
): Promise<{ expected: string; actual: string } | null> {
  const { checksum } = head;
  const { checksumAlgorithm: algorithm, parts } = expected;
  const values = parts.flatMap(({ size, checksum: value }) => (value ? [{ size, checksum: value }] : []));
  if (!checksum || checksum.algorithm !== algorithm || values.length !== parts.length)
    return etagCounterpart(head, expected);
  const actual = checksum.value.replace(/-\d+$/, '');
  if (checksum.composite && expected.isMultipart) {
    const composite = await compositeChecksum(
      algorithm,
      values.map((part) => part.checksum),
    );
    return { expected: composite, actual };
  }
  if (algorithm === 'MD5') return etagCounterpart(head, expected);
  return { expected: fullObjectChecksum(algorithm, values), actual };
}

/**
 * The ETag that the object must have if ETags are MD5s here. Uses only our own MD5s: the server's describe the bytes it
 * received, and a server that ignored a part's checksum never compared those with the bytes sent.
 */
function etagCounterpart(
  head: ObjectHead,
  expected: ExpectedObject,
): { expected: string; actual: string } | null {
  if (expected.checksumAlgorithm !== 'MD5') return null;
  const md5s = expected.parts.map((part) => (part.checksum ? base64ToHex(part.checksum) : ''));
  if (!head.etag) return null;
  const actual = bareEtag(head.etag);
  if (!md5s.every(isMd5Etag)) return null;
  if (!expected.isMultipart) return isMd5Etag(actual) ? { expected: md5s[0] ?? '', actual } : null;
  return /^[0-9a-f]{32}-\d+$/.test(actual) ? { expected: compositeEtag(md5s), actual } : null;
}

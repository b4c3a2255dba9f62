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

/** What the object at our key must look like. `parts` carry local checksums; one part without multipart for a PUT. */
export type ExpectedObject = {
  size: number;
  uploadToken: string;
  checksumAlgorithm: NonNullable<JobState['multipart']>['checksumAlgorithm'];
  parts: readonly UploadedPart[];
  isMultipart: boolean;
};

/**
 * `absent` nothing there · `foreign` not written by this upload · `verified` size, token and checksum agree ·
 * `damaged` ours, but the content differs · `unverifiable` ours, but nothing to compare the content by.
 */
export type Judgement = 'absent' | 'foreign' | 'verified' | 'damaged' | 'unverifiable';

/** S3 metadata that names the upload that wrote an object. */
export const TOKEN_METADATA = 'upload-token';

/** Compares what the bucket tells of an object with what was to be written. What it does not tell is no difference. */
export async function judgeObject(head: ObjectHead | null, expected: ExpectedObject): Promise<Judgement> {
  if (!head) return 'absent';
  const isOurs = head.metadata[TOKEN_METADATA] === expected.uploadToken;
  // Without any metadata only the content tells whose it is: the server, or a CDN, may keep none.
  if (!isOurs && !isUnmarked(head)) return 'foreign';
  const otherwise = isOurs ? 'damaged' : 'foreign';
  if (head.size !== undefined && head.size !== expected.size) return otherwise;
  const local = await localCounterpart(head, expected);
  if (!local) return 'unverifiable';
  return local.expected === local.actual ? 'verified' : otherwise;
}

/** Whether an object tells nothing of who wrote it. */
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
 * The ETag the object must have if ETags are MD5s here. Only our own MD5s count: the server's say what it received, and
 * a server that ignored the checksum of a part never compared that with what was sent.
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

import type { FoundInBucket, UploadFacts, UploadedObject } from '../../shared/upload';
import type { ObjectHead } from '../objectStore/objectStore';
import { isSameEtag } from './checksums';
import { isUnmarked, TOKEN_METADATA } from './judgeObject';

/**
 * The object of a session's last successful upload, regardless of later events; undefined if there was none. In states
 * of earlier app versions, known only while `done`.
 */
export function uploadedObject(state: UploadFacts | undefined): UploadedObject | undefined {
  if (!state) return undefined;
  return state.uploaded ?? (state.status === 'done' ? objectOf(state, state.result) : undefined);
}

/** The object that a verified upload leaves in the bucket. */
export function objectOf(
  { endpoint, bucket, key, uploadToken, file }: UploadFacts,
  result: UploadFacts['result'],
): UploadedObject | undefined {
  if (!bucket || !key || !uploadToken || !file || !result) return undefined;
  const place = { endpoint, bucket, key, uploadToken };
  return { ...place, size: file.size, ...result };
}

/** `s3://bucket/key`. */
export function locationOf({ bucket, key }: Pick<UploadFacts, 'bucket' | 'key'>): string {
  return `s3://${bucket}/${key}`;
}

/**
 * Compares a HEAD reply (null: no object) with the object that an upload left: token, size and checksum must match, if
 * the reply has them. An object of another upload is identified by content only. Undefined if the reply has too little
 * to decide.
 */
export function findUploaded(head: ObjectHead | null, object: UploadedObject): FoundInBucket | undefined {
  if (!head) return 'gone';
  const hasToken = head.metadata[TOKEN_METADATA] === object.uploadToken;
  if (!hasToken && !isUnmarked(head) && !object.foreign) return 'other';
  if (head.size !== undefined && head.size !== object.size) return 'other';
  // A server may have returned a checksum earlier and none now, which does not mean another object.
  if (object.checksum && head.checksum) return head.checksum.value === object.checksum ? 'same' : 'other';
  if (object.etag && head.etag) return isSameEtag(head.etag, object.etag) ? 'same' : 'other';
  return hasToken ? 'same' : undefined;
}

/** The object with the bucket's latest answer about whether it still exists. */
export function withAnswer(object: UploadedObject, found: FoundInBucket, checkedAt: number): UploadedObject {
  return { ...object, check: { found, checkedAt } };
}

import type { FoundInBucket, UploadFacts, UploadedObject } from '../../shared/upload';
import type { ObjectHead } from '../objectStore/objectStore';
import { isSameEtag } from './checksums';
import { isUnmarked, TOKEN_METADATA } from './judgeObject';

/**
 * The object with which the last upload of a session ended, whatever has happened since; undefined when none ever did.
 * A state that an earlier version of the app wrote tells it only while it is `done`.
 */
export function uploadedObject(state: UploadFacts | undefined): UploadedObject | undefined {
  if (!state) return undefined;
  return state.uploaded ?? (state.status === 'done' ? objectOf(state, state.result) : undefined);
}

/** What an upload that was verified leaves in the bucket. */
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
 * What the bucket tells (null: nothing) where an upload left its object: token, size and checksum have to be those of
 * then, as far as they are told. One that another upload wrote is known by its content only. Undefined where too little is told to say.
 */
export function findUploaded(head: ObjectHead | null, object: UploadedObject): FoundInBucket | undefined {
  if (!head) return 'gone';
  const hasToken = head.metadata[TOKEN_METADATA] === object.uploadToken;
  if (!hasToken && !isUnmarked(head) && !object.foreign) return 'other';
  if (head.size !== undefined && head.size !== object.size) return 'other';
  // A server may have told a checksum then and tell none now, which is no sign of another object.
  if (object.checksum && head.checksum) return head.checksum.value === object.checksum ? 'same' : 'other';
  if (object.etag && head.etag) return isSameEtag(head.etag, object.etag) ? 'same' : 'other';
  return hasToken ? 'same' : undefined;
}

/** The object with the bucket's newest answer to whether it still holds it. */
export function withAnswer(object: UploadedObject, found: FoundInBucket, checkedAt: number): UploadedObject {
  return { ...object, check: { found, checkedAt } };
}

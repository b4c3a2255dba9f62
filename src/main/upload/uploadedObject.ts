import type { UploadState, UploadedObject } from '../types';

/**
 * The object with which the last upload of a session ended, whatever has happened since; undefined when none ever did.
 * A state that an earlier version of the app wrote tells it only while it is `done`.
 */
export function uploadedObject(state: UploadState | undefined): UploadedObject | undefined {
  if (!state) return undefined;
  return state.uploaded ?? (state.status === 'done' ? objectOf(state, state.result) : undefined);
}

/** What an upload that was verified leaves in the bucket. */
export function objectOf(
  { endpoint, bucket, key, uploadToken, file }: UploadState,
  result: UploadState['result'],
): UploadedObject | undefined {
  if (!bucket || !key || !uploadToken || !file || !result) return undefined;
  const { etag, versionId, checksum, verifiedAt } = result;
  const place = { endpoint, bucket, key, uploadToken };
  return { ...place, size: file.size, etag, versionId, checksum, verifiedAt };
}

/** `s3://bucket/key`. */
export function locationOf({ bucket, key }: Pick<UploadState, 'bucket' | 'key'>): string {
  return `s3://${bucket}/${key}`;
}

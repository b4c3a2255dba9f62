import type { ObjectAttributes } from '../../../shared/upload';

export type { ObjectAttributes } from '../../../shared/upload';

/** The S3 request fields for the object attributes in the settings. */
export function attributeFields({ encryption, kmsKeyId, storageClass, objectTags }: ObjectAttributes) {
  const pairs = Object.entries(objectTags ?? {});
  return {
    ...(encryption && {
      ServerSideEncryption: encryption === 'sse-kms' ? ('aws:kms' as const) : ('AES256' as const),
    }),
    ...(encryption === 'sse-kms' && kmsKeyId && { SSEKMSKeyId: kmsKeyId }),
    // Servers may have storage classes of their own.
    ...(storageClass && { StorageClass: storageClass as 'STANDARD' }),
    ...(pairs.length > 0 && { Tagging: new URLSearchParams(pairs).toString().replaceAll('+', '%20') }),
  };
}

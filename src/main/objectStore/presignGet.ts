import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { S3ObjectStoreOptions } from './storeClient';

/**
 * A URL with which anybody can download `key` for so many seconds (604,800 at most: Signature Version 4's own limit),
 * counted from `signedAtMs`, epoch milliseconds of a whole second: the signature names no fraction of one.
 * Nothing is sent: whether the credentials may read the object shows when the link is used.
 */
export async function presignGet(
  options: Pick<S3ObjectStoreOptions, 'endpoint' | 'region' | 'bucket' | 'forcePathStyle' | 'credentials'>,
  key: string,
  { signedAtMs, expiresInSeconds }: { signedAtMs: number; expiresInSeconds: number },
): Promise<string> {
  const { bucket, ...connection } = options;
  const client = new S3Client(connection);
  const fileName = key.slice(key.lastIndexOf('/') + 1);
  const command = new GetObjectCommand({
    Bucket: bucket,
    Key: key,
    ResponseContentDisposition: `attachment; filename="${fileName}"`,
  });
  try {
    return await getSignedUrl(client, command, {
      expiresIn: expiresInSeconds,
      signingDate: new Date(signedAtMs),
    });
  } finally {
    client.destroy();
  }
}

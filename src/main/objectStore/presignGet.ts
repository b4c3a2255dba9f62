import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { Dialect } from './dialect';
import type { Credentials } from './sdkTransport';
import { OWN_ENDPOINT, type S3ObjectStoreOptions } from './storeClient';

type PresignOption = 'endpoint' | 'region' | 'bucket' | 'forcePathStyle' | 'credentials' | 'dialect';

/** When a link begins, epoch milliseconds, and how long it holds. */
export type LinkLife = { signedAtMs: number; expiresInSeconds: number };

/** `keysEndAt`: when the credentials that signed it end and the link with them, where that is known. Epoch milliseconds. */
export type SignedLink = { url: string; keysEndAt?: number };

/**
 * A URL with which anybody can download `key` for so many seconds (604,800 at most: Signature Version 4's own limit),
 * counted from `signedAtMs`, epoch milliseconds of a whole second: the signature names no fraction of one.
 * It begins at that time by the server's clock. Nothing is sent: whether the credentials may read the object shows when the link is used (see `tryLink`).
 * @param refused credentials that the server did not take: others are wanted
 */
export async function presignGet(
  options: Pick<S3ObjectStoreOptions, PresignOption>,
  key: string,
  { signedAtMs, expiresInSeconds }: LinkLife,
  refused?: Credentials,
): Promise<SignedLink & { credentials: Credentials }> {
  const { endpoint, region, bucket, forcePathStyle, credentials: source, dialect = new Dialect() } = options;
  const credentials = typeof source === 'function' ? await source(refused) : source;
  const client = new S3Client({
    ...{ endpoint, region, forcePathStyle, credentials },
    ...OWN_ENDPOINT,
  });
  const fileName = key.slice(key.lastIndexOf('/') + 1);
  const command = new GetObjectCommand({
    Bucket: bucket,
    Key: key,
    ResponseContentDisposition: dialect.namedDownloads ? `attachment; filename="${fileName}"` : undefined,
  });
  try {
    const signingDate = new Date(dialect.serverTime(signedAtMs));
    const signing = { expiresIn: expiresInSeconds, signingDate };
    const url = await getSignedUrl(client, command, signing);
    return { url, keysEndAt: credentials.expiration?.getTime(), credentials };
  } finally {
    client.destroy();
  }
}

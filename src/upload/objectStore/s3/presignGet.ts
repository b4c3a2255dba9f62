import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Credentials } from './s3RequestHandler';
import { OWN_ENDPOINT, type S3ObjectStoreOptions } from './storeClient';

type PresignOption = 'endpoint' | 'region' | 'bucket' | 'forcePathStyle' | 'credentials';

/** When a link becomes valid (epoch milliseconds), and for how long. */
export type LinkLife = { signedAtMs: number; expiresInSeconds: number };

/** `keysEndAt`: when the credentials expire, and the link with them; epoch milliseconds, absent if unknown. */
export type SignedLink = { url: string; keysEndAt?: number };

type LinkSigning = {
  /** Credentials that the server refused: get others. */
  refused?: Credentials;
  /** Whether the link names the downloaded file. Default: true. */
  named?: boolean;
  /** Milliseconds that the server's clock is ahead. */
  clockOffsetMs?: number;
};

/**
 * Creates a URL with which anyone can download `key`, valid for so many seconds (at most 604,800, the limit of
 * Signature Version 4) from `signedAtMs`: epoch milliseconds of a whole second, by the server's clock. Sends nothing:
 * only using the link shows whether the credentials may read the object (see `tryLink`).
 */
export async function presignGet(
  options: Pick<S3ObjectStoreOptions, PresignOption>,
  key: string,
  { signedAtMs, expiresInSeconds }: LinkLife,
  { refused, named = true, clockOffsetMs = 0 }: LinkSigning = {},
): Promise<SignedLink & { credentials: Credentials }> {
  const { endpoint, region, bucket, forcePathStyle, credentials: source } = options;
  const credentials = typeof source === 'function' ? await source(refused) : source;
  const client = new S3Client({
    ...{ endpoint, region, forcePathStyle, credentials },
    ...OWN_ENDPOINT,
  });
  const fileName = key.slice(key.lastIndexOf('/') + 1);
  const command = new GetObjectCommand({
    Bucket: bucket,
    Key: key,
    ResponseContentDisposition: named ? `attachment; filename="${fileName}"` : undefined,
  });
  try {
    const signingDate = new Date(signedAtMs + clockOffsetMs);
    const signing = { expiresIn: expiresInSeconds, signingDate };
    const url = await getSignedUrl(client, command, signing);
    return { url, keysEndAt: credentials.expiration?.getTime(), credentials };
  } finally {
    client.destroy();
  }
}

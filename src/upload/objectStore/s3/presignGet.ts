import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Credentials } from './s3RequestHandler';
import { OWN_ENDPOINT, type S3ObjectStoreOptions } from './storeClient';

type PresignOption = 'endpoint' | 'region' | 'bucket' | 'forcePathStyle' | 'credentials';

/** When a link begins, epoch milliseconds, and how long it holds. */
export type LinkLife = { signedAtMs: number; expiresInSeconds: number };

/** `keysEndAt`: when the credentials that signed it end and the link with them, where that is known. Epoch milliseconds. */
export type SignedLink = { url: string; keysEndAt?: number };

type LinkSigning = {
  /** Credentials that the server did not take: others are wanted. */
  refused?: Credentials;
  /** Whether the link names the file that the download becomes. Default: true. */
  named?: boolean;
  /** Milliseconds that the server's clock is ahead. */
  clockOffsetMs?: number;
};

/**
 * A URL with which anybody can download `key` for so many seconds (604,800 at most: Signature Version 4's own limit),
 * counted from `signedAtMs`, epoch milliseconds of a whole second: the signature names no fraction of one. It begins at that
 * time by the server's clock. Nothing is sent: whether the credentials may read the object shows when the link is used (see
 * `tryLink`).
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

import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Credentials } from './s3RequestHandler';
import { OWN_ENDPOINT, type S3ObjectStoreOptions } from './storeClient';
import type { IncomingMessage } from 'node:http';
import { classifyError } from './classifyError';
import type { ErrorContext } from './errorFacts';
import { assertS3Response } from './nonS3Response';
import { HttpTransport, type TransportSettings } from './httpTransport';

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

/** The user is waiting for the link, so slow servers are given up early. */
const TIMEOUTS = { connectMs: 5000, stallMs: 5000 };
/** Far more than any S3 error reply. */
const LONGEST_ANSWER = 16 * 1024;

export type TryLinkOptions = TransportSettings & {
  context: Omit<ErrorContext, 'operation'>;
};

/**
 * Requests the first byte of a download link, as its recipient will: only this shows whether its keys, region and
 * permission are right.
 * @throws ObjectStoreError with the reply as its cause
 */
export async function tryLink(link: string, { context, ...settings }: TryLinkOptions): Promise<void> {
  const transport = new HttpTransport(TIMEOUTS, settings);
  try {
    const { protocol, hostname, port, host, pathname, search } = new URL(link);
    const place = { protocol, hostname, port: Number(port) || undefined, path: pathname + search };
    const headers = { host, range: 'bytes=0-0' };
    const { response } = await transport.handle({ method: 'GET', ...place, headers });
    await assertS3Response(response, place);
    if (response.statusCode >= 300) throw await readRefusal(response);
  } catch (error) {
    throw classifyError(error, { ...context, operation: 'GetObject' });
  } finally {
    transport.destroy();
  }
}

type Answer = { statusCode: number; headers: Record<string, string>; body: unknown };

/** Parses S3's error as the SDK would. */
async function readRefusal({ statusCode, headers, body }: Answer): Promise<Error> {
  let text = '';
  for await (const chunk of (body as IncomingMessage).setEncoding('utf8')) {
    text += chunk as string;
    if (text.length > LONGEST_ANSWER) break;
  }
  const said = (element: string) => new RegExp(`<${element}>([^<]*)</${element}>`).exec(text)?.[1];
  return Object.assign(new Error(said('Message') ?? ''), {
    Code: said('Code'),
    Region: said('Region'),
    $metadata: { httpStatusCode: statusCode },
    $response: { statusCode, headers },
  });
}

import type { IncomingMessage } from 'node:http';
import { classifyError } from './classifyError';
import type { ErrorContext } from './errorFacts';
import { assertS3Response } from './nonS3Response';
import { HttpTransport, type TransportSettings } from './httpTransport';

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

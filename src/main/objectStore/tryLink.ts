import type { IncomingMessage } from 'node:http';
import { StoreFailure } from '../types';
import { classifyError } from './classifyError';
import type { ErrorContext } from './errorFacts';
import type { Dialect } from './dialect';
import { refuseForeignReply } from './foreignReply';
import { Wire, type WireSettings } from './wire';

/** Somebody waits for the link: what does not answer soon is not waited for. */
const TIMEOUTS = { connectMs: 5000, stallMs: 5000 };
/** Far more than any answer of S3's with an error in it. */
const LONGEST_ANSWER = 16 * 1024;

export type TryLinkOptions = WireSettings & {
  context: Omit<ErrorContext, 'operation'>;
  /** Learns what the server does not take. */
  dialect: Dialect;
};

/**
 * Follows a download link for its first byte, as whoever gets it will: only that tells whether its keys, its region and
 * its permission are right.
 * @returns whether it works; false where another one, made by what was learnt of the server now, may work instead
 * @throws StoreFailure
 */
export async function tryLink(
  link: string,
  { context, dialect, ...settings }: TryLinkOptions,
): Promise<boolean> {
  const wire = new Wire(TIMEOUTS, settings);
  try {
    const { protocol, hostname, port, host, pathname, search } = new URL(link);
    const place = { protocol, hostname, port: Number(port) || undefined, path: pathname + search };
    const headers = { host, range: 'bytes=0-0' };
    const { response } = await wire.handle({ method: 'GET', ...place, headers });
    await refuseForeignReply(response, place);
    if (response.statusCode < 300) return true;
    if (learns(response, dialect, context.nowMs)) return false;
    throw await readRefusal(response);
  } catch (error) {
    if (error instanceof StoreFailure) throw error;
    throw classifyError(error, { ...context, operation: 'GetObject' });
  } finally {
    wire.destroy();
  }
}

/** Whether a refusal may be about the time it was signed for, or about the name that the download is to have. */
function learns({ statusCode, headers }: Answer, dialect: Dialect, nowMs: number): boolean {
  if ((statusCode === 403 || statusCode === 400) && dialect.learnClock(headers.date, nowMs)) return true;
  if (![400, 501].includes(statusCode) || !dialect.namedDownloads) return false;
  dialect.namedDownloads = false;
  return true;
}

type Answer = { statusCode: number; headers: Record<string, string>; body: unknown };

/** S3's error as the SDK would have read it. */
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

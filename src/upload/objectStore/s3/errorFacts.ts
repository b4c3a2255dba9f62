import { NonS3ResponseError } from './nonS3Response';
import type { ServerClock } from './serverClock';
import { meantStatus } from './statusOfCode';
import { isNotTls } from './notTls';
import { ProxyFailure } from './proxy/proxyFailure';

/** What was being asked when it failed; some answers mean different things to different questions. */
export type ErrorContext = {
  operation: string;
  bucket: string;
  endpoint?: string;
  /** The AWS profile that the credentials come from. */
  awsProfile?: string;
  /** This computer's clock, epoch milliseconds. */
  nowMs: number;
  /** What is known of the server's clock; absent where nothing is. */
  clock?: ServerClock;
};

/** What can be read off an error of the SDK, of S3 or of the network, before anything is made of it. */
export type ErrorFacts = {
  /** S3's code, node's (`ECONNREFUSED`), or ours (`ConnectTimeout`, `Stalled`, `NonS3ResponseError`). */
  code: string;
  /** What was being done when it failed, as node calls it: `connect`, `getaddrinfo`, `read` … */
  syscall?: string;
  /** The status that came over the wire. */
  sentStatus?: number;
  /** The status that its code means, where that says more than the one that was sent (see `meantStatus`). */
  meantStatus?: number;
  headers: Record<string, string>;
  requestId?: string;
  hostId?: string;
  /** The region the server says the bucket is in. */
  region?: string;
  /** What a reply is that no S3 server gives. */
  foreign?: NonS3ResponseError;
  /** The proxy that the request ended at. */
  proxy?: { name: string; variable: string };
  aborted: boolean;
  rawMessage: string;
};

type RawError = Error & {
  code?: unknown;
  Code?: unknown;
  syscall?: string;
  cause?: unknown;
  errors?: unknown[];
  Region?: string;
  $metadata?: { httpStatusCode?: number; requestId?: string; extendedRequestId?: string };
  $response?: { statusCode?: number; sentStatus?: number; headers?: Record<string, string> };
};

/** Node's and JavaScript's own refusals: the request could not even be made. */
export function couldNotBeMade({ code, sentStatus }: Pick<ErrorFacts, 'code' | 'sentStatus'>): boolean {
  return sentStatus === undefined && MADE_WRONG.test(code);
}

const MADE_WRONG =
  /^(ERR_(INVALID|HTTP_INVALID|UNESCAPED|OUT_OF_RANGE|MISSING_ARGS)|(Type|Range|Syntax|Reference)Error$)/;

/** Names that say nothing about the cause: the status is the better code. */
const EMPTY_NAMES = new Set(['', 'Error', 'UnknownError', 'Unknown', 'S3ServiceException']);

export function readErrorFacts(error: unknown): ErrorFacts {
  const raw = asRawError(error);
  const headers = raw instanceof NonS3ResponseError ? raw.headers : (raw.$response?.headers ?? {});
  const { sent, given } = statusesOf(raw);
  const code = codeOf(raw, given);
  // A success that could not be read was cut off or garbled on its way; one that the SDK calls a failure holds an error.
  const isUnreadable = sent !== undefined && sent < 300 && given === sent;
  return {
    code,
    syscall: raw.syscall,
    sentStatus: sent,
    meantStatus: isUnreadable ? sent : meantStatus(code, sent),
    headers,
    requestId: raw.$metadata?.requestId ?? headers['x-amz-request-id'],
    hostId: raw.$metadata?.extendedRequestId ?? headers['x-amz-id-2'],
    region: headers['x-amz-bucket-region'] ?? raw.Region,
    foreign: raw instanceof NonS3ResponseError ? raw : undefined,
    proxy: raw instanceof ProxyFailure ? raw.proxy : undefined,
    aborted: raw.name === 'AbortError',
    rawMessage: EMPTY_NAMES.has(raw.message) ? '' : raw.message,
  };
}

/** What came over the wire, and what the SDK makes of it: an error inside a success becomes 503. */
function statusesOf(raw: RawError): { sent?: number; given?: number } {
  if (raw instanceof NonS3ResponseError) return { sent: raw.httpStatus, given: raw.httpStatus };
  const given = raw.$metadata?.httpStatusCode ?? raw.$response?.statusCode;
  return { sent: raw.$response?.sentStatus ?? given, given };
}

/** The innermost error that has something to say: node wraps the addresses it tried, the SDK wraps node. */
function asRawError(error: unknown): RawError {
  if (!(error instanceof Error)) return new Error(String(error)) as RawError;
  const raw = error as RawError;
  if (raw.$metadata?.httpStatusCode || typeof raw.code === 'string') return firstTried(raw);
  const inner = raw.errors?.[0] ?? raw.cause;
  return inner instanceof Error ? asRawError(inner) : raw;
}

function firstTried(raw: RawError): RawError {
  const tried = raw.errors?.[0];
  return tried instanceof Error && !raw.syscall ? (tried as RawError) : raw;
}

function codeOf(raw: RawError, httpStatus: number | undefined): string {
  if (raw instanceof NonS3ResponseError) return raw.code;
  if (isNotTls(raw)) return 'ERR_SSL_WRONG_VERSION_NUMBER';
  if (typeof raw.code === 'string') return raw.code;
  if (typeof raw.Code === 'string') return raw.Code;
  const name = raw.name ?? '';
  const isParser = httpStatus !== undefined && /^(Syntax|Type|Range)Error$/.test(name);
  const says = !EMPTY_NAMES.has(name) && !/^\d+$/.test(name) && !isParser;
  return says ? name : httpStatus ? `HTTP${httpStatus}` : 'Unknown';
}

import { ObjectStoreError, type Verdict } from '../objectStore';
import { isOfCertificate } from './certificateCodes';
import { couldNotBeMade, readErrorFacts, type ErrorContext, type ErrorFacts } from './errorFacts';
import { problemFacts } from './problemFacts';

const UNREACHABLE = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'ENETUNREACH',
  'ENETDOWN',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'EADDRNOTAVAIL',
  'ECONNREFUSED',
  'ConnectTimeout',
  'ServerNotProven',
  'HandshakeStalled',
  'ProxyUnreachable',
  'ProxySilent',
  'ProxyCannotReachServer',
]);
const BROKEN = new Set([
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'Stalled',
  'TrickledReply',
  'RequestTimeout',
  'InternalError',
  'IncompleteBody',
  'OperationAborted',
]);
const THROTTLE = new Set([
  'SlowDown',
  'SlowDownRead',
  'SlowDownWrite',
  'TooManyRequests',
  'TooManyRequestsException',
  'Throttling',
  'ThrottlingException',
  'RequestLimitExceeded',
  'BandwidthLimitExceeded',
]);
const CORRUPT = new Set([
  'BadDigest',
  'XAmzContentChecksumMismatch',
  'XAmzContentSHA256Mismatch',
  'ChecksumMismatch',
]);
const FULL = new Set(['EntityTooLarge', 'QuotaExceeded', 'InsufficientStorage', 'XMinioStorageFull']);
/** Includes `InvalidPart`: the recorded parts are wrong, and only a new upload can help. */
const GONE = new Set(['NoSuchUpload', 'InvalidPart']);
const NOT_TLS = 'ERR_SSL_WRONG_VERSION_NUMBER';
const OF_THE_PROXY = new Set([
  'ProxyAuthenticationRequired',
  'ProxyRefused',
  'ProxyCertificate',
  'ProxyNotTls',
]);
const OF_A_MULTIPART = new Set(['ListParts', 'UploadPart', 'CompleteMultipartUpload']);

/** Converts any error of a call to an `ObjectStoreError`, the only error that callers handle. */
export function classifyError(error: unknown, context: ErrorContext): ObjectStoreError {
  if (error instanceof ObjectStoreError) return error;
  const facts = readErrorFacts(error);
  const { sentStatus = 0, meantStatus } = facts;
  const verdict = verdictOf(facts, context.operation);
  return new ObjectStoreError(
    {
      verdict,
      problem: {
        code: facts.code,
        facts: problemFacts(verdict, facts, context),
        details: detailsOf(facts, context),
      },
      // For an error inside a success, the status that its code means.
      httpStatus: sentStatus >= 300 ? sentStatus : meantStatus,
      retryAfterMs: verdict === 'throttle' ? retryAfterMs(facts, context) : undefined,
    },
    { cause: error },
  );
}

/** Whether a later attempt may succeed without the user. False for unknown errors. */
export function isRetryableError(error: unknown): boolean {
  if (!(error instanceof ObjectStoreError)) return false;
  return error.verdict !== 'needs-user' && error.verdict !== 'conflict' && error.verdict !== 'cancelled';
}

function verdictOf(facts: ErrorFacts, operation: string): Verdict {
  if (facts.aborted) return 'cancelled';
  return byCode(facts, operation) ?? byStatus(facts);
}

function byCode(facts: ErrorFacts, operation: string): Verdict | undefined {
  const { code } = facts;
  if (UNREACHABLE.has(code) || facts.syscall === 'connect') return 'unreachable';
  if (isOfCertificate(code) || code === NOT_TLS || OF_THE_PROXY.has(code)) return 'needs-user';
  if (code === 'ForeignReply') return facts.foreign?.kind === 'sign-in' ? 'unreachable' : 'needs-user';
  if (code === 'ForeignRedirect' || code === 'BucketInEndpoint') return 'needs-user';
  if (couldNotBeMade(facts)) return 'needs-user';
  if (THROTTLE.has(code)) return 'throttle';
  if (CORRUPT.has(code)) return 'corrupt';
  if (GONE.has(code)) return 'gone';
  if (BROKEN.has(code)) return 'retry';
  if (FULL.has(code)) return 'needs-user';
  const lostUpload = facts.meantStatus === 404 && code !== 'NoSuchBucket' && OF_A_MULTIPART.has(operation);
  return lostUpload ? 'gone' : undefined;
}

function byStatus(facts: ErrorFacts): Verdict {
  const status = facts.meantStatus;
  if (status === undefined) return 'retry';
  if (status === 412 || status === 409) return 'conflict';
  if (status === 429 || status === 503 || status === 509) return 'throttle';
  if (status === 408 || status === 421 || status === 425) return 'retry';
  if (status === 501 || status === 505 || status === 507) return 'needs-user';
  if (status >= 500) return 'retry';
  // A success whose content is unreadable was truncated or garbled in transit.
  return status < 300 ? 'retry' : 'needs-user';
}

/** A date refers to the server's clock, which the reply contains as well. */
function retryAfterMs({ headers }: ErrorFacts, { nowMs, clock }: ErrorContext): number | undefined {
  const sentAtMs = Date.parse(headers.date ?? '');
  const serverNowMs = Number.isNaN(sentAtMs) ? (clock?.at(nowMs) ?? nowMs) : sentAtMs;
  return parseRetryAfter(headers['retry-after'], serverNowMs);
}

function detailsOf(facts: ErrorFacts, context: ErrorContext): string {
  const lines = [
    `${context.operation}: ${facts.code}`,
    facts.sentStatus ? `HTTP status ${facts.sentStatus}` : '',
    facts.requestId ? `request id ${facts.requestId}` : '',
    facts.hostId ? `host id ${facts.hostId}` : '',
    facts.region ? `region named by the server ${facts.region}` : '',
    facts.rawMessage,
  ];
  return lines.filter((line) => line !== '').join('\n');
}

/**
 * Parses a `Retry-After` header: seconds, or an HTTP date (RFC 9110 §10.2.3).
 * @param nowMs epoch milliseconds, by the sender's clock
 * @returns milliseconds to wait, never negative; undefined if the header is missing or invalid
 */
function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim();
  if (!text) return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}

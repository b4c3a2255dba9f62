import { NonS3ResponseError } from './nonS3Response';
import type { ServerClock } from './serverClock';
import { isNotTls } from './notTls';
import { ProxyFailure } from './proxy/proxyFailure';

/** The request that failed; some errors mean different things for different operations. */
export type ErrorContext = {
  operation: string;
  bucket: string;
  endpoint?: string;
  /** The AWS profile that provides the credentials. */
  awsProfile?: string;
  /** This computer's clock, epoch milliseconds. */
  nowMs: number;
  /** The server's clock, if known. */
  clock?: ServerClock;
};

/** The facts of an error of the SDK, S3 or the network, before classification. */
export type ErrorFacts = {
  /** S3's code, Node's (`ECONNREFUSED`), or ours (`ConnectTimeout`, `Stalled`, `NonS3ResponseError`). */
  code: string;
  /** The failed system call, as Node names it: `connect`, `getaddrinfo`, `read` … */
  syscall?: string;
  /** The status of the HTTP reply. */
  sentStatus?: number;
  /** The status that the error code means, if it says more than the one that was sent (see `meantStatus`). */
  meantStatus?: number;
  headers: Record<string, string>;
  requestId?: string;
  hostId?: string;
  /** The region of the bucket, as the server says. */
  region?: string;
  /** Set if the reply cannot come from an S3 server. */
  foreign?: NonS3ResponseError;
  /** The proxy that failed the request. */
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

/** Errors of Node and JavaScript themselves: the request was invalid and never sent. */
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
  // An unreadable success was truncated or garbled in transit; a success that the SDK reports as a failure contains an
  // error.
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

/** The status of the HTTP reply, and the SDK's: the SDK turns an error inside a success into 503. */
function statusesOf(raw: RawError): { sent?: number; given?: number } {
  if (raw instanceof NonS3ResponseError) return { sent: raw.httpStatus, given: raw.httpStatus };
  const given = raw.$metadata?.httpStatusCode ?? raw.$response?.statusCode;
  return { sent: raw.$response?.sentStatus ?? given, given };
}

/** The innermost meaningful error: Node wraps the addresses it tried, and the SDK wraps Node's error. */
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

/**
 * The HTTP status of each of S3's error codes. A server may send an error in a reply with status 200, which the SDK
 * always reports as 503: then only the code says what it means.
 * Source: Amazon S3 API reference, "Error responses".
 */
const CODES_BY_STATUS: Readonly<Record<number, string>> = {
  301: 'PermanentRedirect',
  307: 'TemporaryRedirect Redirect',
  400: [
    'AuthorizationHeaderMalformed AuthorizationQueryParametersError BadDigest BadRequest EntityTooLarge EntityTooSmall',
    'ExpiredToken IllegalLocationConstraintException IncompleteBody InvalidArgument InvalidBucketName InvalidDigest',
    'InvalidEncryptionAlgorithmError InvalidPart InvalidPartOrder InvalidRequest InvalidSessionException',
    'InvalidStorageClass InvalidTag InvalidTargetBucketForLogging InvalidToken InvalidURI KeyTooLongError MalformedXML',
    'MalformedACLError MaxMessageLengthExceeded MetadataTooLarge MissingAttachment MissingRequestBodyError',
    'MissingSecurityElement MissingSecurityHeader RequestTimeout TokenCodeInvalidError TokenRefreshRequired',
    'TooManyBuckets TooManyParts UnexpectedContent UnsupportedArgument UserKeyMustBeSpecified',
    'XAmzContentChecksumMismatch XAmzContentSHA256Mismatch',
  ].join(' '),
  403: [
    'AccessDenied AccessPointNotOwnedError AccountProblem AllAccessDisabled InvalidAccessKeyId InvalidObjectState',
    'InvalidPayer InvalidSecurity NotSignedUp QuotaExceeded RequestTimeTooSkewed SignatureDoesNotMatch',
    'UnauthorizedAccess UnauthorizedAccessError Forbidden',
  ].join(' '),
  404: 'NoSuchBucket NoSuchKey NoSuchUpload NoSuchVersion NoSuchAccessPoint NotFound',
  405: 'MethodNotAllowed',
  409: 'BucketAlreadyExists ConditionalRequestConflict InvalidBucketState OperationAborted RestoreAlreadyInProgress',
  411: 'MissingContentLength',
  412: 'PreconditionFailed',
  416: 'InvalidRange',
  429: 'TooManyRequests TooManyRequestsException',
  500: 'InternalError',
  501: 'NotImplemented',
  503: 'Busy ServiceUnavailable SlowDown SlowDownRead SlowDownWrite XMinioServerNotInitialized',
  507: 'InsufficientStorage XMinioStorageFull',
};

const STATUS_OF_CODE = new Map(
  Object.entries(CODES_BY_STATUS).flatMap(([status, codes]) =>
    codes.split(' ').map((code) => [code, Number(status)] as const),
  ),
);

/**
 * The status that an error means.
 * @param sent the status that the server sent; a success with an unknown error code inside counts as 500
 */
function meantStatus(code: string, sent: number | undefined): number | undefined {
  if (sent === undefined || (sent >= 300 && sent < 500)) return sent;
  if (code.startsWith('KMS.')) return 400;
  return STATUS_OF_CODE.get(code) ?? (sent < 300 ? 500 : sent);
}

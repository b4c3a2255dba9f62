import { escapeXml } from './xml.ts';

/**
 * The S3 errors that this server uses: HTTP status and default message. Source: S3 API reference, "Error responses".
 */
const ERRORS = {
  AccessDenied: [403, 'Access Denied'],
  AuthorizationHeaderMalformed: [400, 'The authorization header is malformed.'],
  AuthorizationQueryParametersError: [400, 'The query parameters for signing are wrong.'],
  BadDigest: [400, 'The digest given does not match the body received.'],
  BucketAlreadyOwnedByYou: [409, 'The bucket exists already.'],
  EntityTooSmall: [400, 'A part other than the last is smaller than 5 MiB.'],
  ExpiredToken: [400, 'The provided token has expired.'],
  IncompleteBody: [400, 'The body ended before its announced length.'],
  InternalError: [500, 'Something went wrong inside the server.'],
  InvalidAccessKeyId: [403, 'The access key ID is not known here.'],
  InvalidArgument: [400, 'Invalid argument.'],
  InvalidBucketName: [400, 'The bucket name is not valid.'],
  InvalidDigest: [400, 'The Content-MD5 is not a digest.'],
  InvalidPart: [400, 'A part is missing, or its ETag or checksum differs.'],
  InvalidPartOrder: [400, 'The parts are not in ascending order.'],
  InvalidRange: [416, 'The range lies outside the object.'],
  InvalidRequest: [400, 'Invalid request.'],
  InvalidToken: [400, 'The session token is missing, or does not belong to the access key ID.'],
  KeyTooLongError: [400, 'The key is longer than 1024 bytes.'],
  MalformedXML: [400, 'The XML is not well-formed or not as expected.'],
  MethodNotAllowed: [405, 'The method is not allowed here.'],
  MissingContentLength: [411, 'The length of the body is missing.'],
  NoSuchBucket: [404, 'The bucket does not exist.'],
  NoSuchKey: [404, 'The key does not exist.'],
  NoSuchUpload: [404, 'The upload does not exist; it may have been completed or aborted.'],
  NotImplemented: [501, 'This server does not implement that.'],
  PreconditionFailed: [412, 'A precondition did not hold.'],
  RequestTimeTooSkewed: [403, "The request's time and the server's differ by too much."],
  SignatureDoesNotMatch: [403, 'The signature does not match: check the secret access key.'],
  XAmzContentSHA256Mismatch: [400, 'The x-amz-content-sha256 does not match the body received.'],
} as const satisfies Record<string, readonly [number, string]>;

export type S3ErrorCode = keyof typeof ERRORS;

/** An error in S3's format. `extra` becomes elements of the XML. */
export class S3Error extends Error {
  readonly code: string;
  readonly status: number;
  readonly extra: Record<string, string>;
  constructor(code: S3ErrorCode, message?: string, extra: Record<string, string> = {}) {
    super(message ?? ERRORS[code][1]);
    this.code = code;
    this.status = ERRORS[code][0];
    this.extra = extra;
  }
}

export function errorXml(
  error: { code: string; message: string; extra?: Record<string, string> },
  where: { resource: string; requestId: string; hostId: string },
): string {
  const fields = {
    Code: error.code,
    Message: error.message,
    ...error.extra,
    Resource: where.resource,
    RequestId: where.requestId,
    HostId: where.hostId,
  };
  const inner = Object.entries(fields).map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${inner.join('')}</Error>`;
}

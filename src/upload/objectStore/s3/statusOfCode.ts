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
export function meantStatus(code: string, sent: number | undefined): number | undefined {
  if (sent === undefined || (sent >= 300 && sent < 500)) return sent;
  if (code.startsWith('KMS.')) return 400;
  return STATUS_OF_CODE.get(code) ?? (sent < 300 ? 500 : sent);
}

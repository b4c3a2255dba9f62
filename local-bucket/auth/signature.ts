import { S3Error } from '../errors.ts';
import type { S3Request } from '../http/request.ts';
import { canonicalRequest, hmac, signingKey, stringToSign } from './canonicalRequest.ts';
import { equalText } from './equalText.ts';
import type { Keyring } from './keyring.ts';

/** The accepted keys, and the server's region. */
export type Identity = { keys: Keyring; region: string };

/** The request's signature, which the chunk signatures of a streamed body continue. */
export type Signed = {
  key: Buffer;
  scope: string;
  timestamp: string;
  signature: string;
  payloadHash: string;
};

type Claim = {
  accessKeyId: string;
  scope: string;
  signedHeaders: string[];
  signature: string;
  timestamp: string;
  payloadHash: string;
  presigned: boolean;
};

const MAX_SKEW_MS = 15 * 60 * 1000;
const MAX_EXPIRY_SECONDS = 7 * 24 * 3600;

/** Whether a request carries a signature, in its headers or in its query. */
export function isSigned({ headers, query }: S3Request): boolean {
  return headers.authorization !== undefined || isPresigned(query);
}

function isPresigned(query: S3Request['query']): boolean {
  return query.has('X-Amz-Signature') || query.has('X-Amz-Algorithm');
}

/** Checks SigV4 in headers or in the query; throws S3's errors. `now` is epoch milliseconds. */
export function checkSignature(request: S3Request, identity: Identity, now: number): Signed {
  const presigned = isPresigned(request.query);
  const claim = presigned ? readPresigned(request) : readHeader(request);
  checkScope(claim, identity);
  checkTime(request, claim, now);
  checkSignedHeaders(request, claim.signedHeaders);
  const token = request.headers['x-amz-security-token'] ?? request.query.get('X-Amz-Security-Token');
  const secret = identity.keys.secretOf(claim.accessKeyId, token, now);
  const { timestamp, scope, payloadHash } = claim;
  const unsigned = presigned ? 'X-Amz-Signature' : '';
  const canonical = canonicalRequest(request, claim.signedHeaders, payloadHash, unsigned);
  const key = signingKey(secret, scope);
  const expected = hmac(key, stringToSign(timestamp, scope, canonical)).toString('hex');
  if (!equalText(expected, claim.signature)) throw new S3Error('SignatureDoesNotMatch');
  return { key, scope, timestamp, signature: expected, payloadHash };
}

function readHeader(request: S3Request): Claim {
  const header = request.headers.authorization;
  if (!header) throw new S3Error('AccessDenied', 'The request is not signed.');
  const match =
    /^AWS4-HMAC-SHA256 +Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/.exec(
      header,
    );
  if (!match) throw new S3Error('AuthorizationHeaderMalformed');
  const payloadHash = request.headers['x-amz-content-sha256'];
  if (!payloadHash) throw new S3Error('InvalidRequest', 'Missing required header x-amz-content-sha256.');
  const timestamp = request.headers['x-amz-date'] ?? '';
  const credential = splitCredential(match[1]!, 'AuthorizationHeaderMalformed');
  const signedHeaders = match[2]!.split(';');
  return { ...credential, signedHeaders, signature: match[3]!, timestamp, payloadHash, presigned: false };
}

function readPresigned(request: S3Request): Claim {
  const field = (name: string) => {
    const value = request.query.get(`X-Amz-${name}`);
    if (!value) throw new S3Error('AuthorizationQueryParametersError', `X-Amz-${name} is missing.`);
    return value;
  };
  if (field('Algorithm') !== 'AWS4-HMAC-SHA256') throw new S3Error('AuthorizationQueryParametersError');
  return {
    ...splitCredential(field('Credential'), 'AuthorizationQueryParametersError'),
    signedHeaders: field('SignedHeaders').split(';'),
    signature: field('Signature'),
    timestamp: field('Date'),
    payloadHash: request.query.get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD',
    presigned: true,
  };
}

function splitCredential(
  credential: string,
  code: 'AuthorizationHeaderMalformed' | 'AuthorizationQueryParametersError',
): { accessKeyId: string; scope: string } {
  const parts = credential.split('/');
  const scope = parts.slice(-4);
  if (parts.length < 5 || scope[2] !== 's3' || scope[3] !== 'aws4_request') throw new S3Error(code);
  return { accessKeyId: parts.slice(0, -4).join('/'), scope: scope.join('/') };
}

function checkScope({ accessKeyId, scope, presigned }: Claim, identity: Identity): void {
  if (!identity.keys.knows(accessKeyId))
    throw new S3Error('InvalidAccessKeyId', undefined, { AWSAccessKeyId: accessKeyId });
  const region = scope.split('/')[1]!;
  if (region === identity.region) return;
  const code = presigned ? 'AuthorizationQueryParametersError' : 'AuthorizationHeaderMalformed';
  throw new S3Error(code, `The region '${region}' is wrong; expecting '${identity.region}'`, {
    Region: identity.region,
  });
}

function checkTime(request: S3Request, claim: Claim, now: number): void {
  const at = parseTimestamp(claim.timestamp);
  if (at === null) throw new S3Error('AccessDenied', 'A valid x-amz-date is required.');
  if (claim.scope.split('/')[0] !== claim.timestamp.slice(0, 8)) throw new S3Error('SignatureDoesNotMatch');
  if (claim.presigned) return checkExpiry(request, at, now);
  if (Math.abs(now - at) <= MAX_SKEW_MS) return;
  throw new S3Error('RequestTimeTooSkewed', undefined, {
    RequestTime: claim.timestamp,
    ServerTime: new Date(now).toISOString(),
    MaxAllowedSkewMilliseconds: String(MAX_SKEW_MS),
  });
}

function checkExpiry(request: S3Request, at: number, now: number): void {
  const seconds = Number(request.query.get('X-Amz-Expires'));
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > MAX_EXPIRY_SECONDS)
    throw new S3Error('AuthorizationQueryParametersError', 'X-Amz-Expires must be from 1 to 604800.');
  if (at - now > MAX_SKEW_MS) throw new S3Error('AccessDenied', 'Request is not valid yet');
  if (now > at + seconds * 1000) throw new S3Error('AccessDenied', 'Request has expired');
}

/**
 * Host and all headers that S3 interprets must be signed; otherwise an attacker on the network could add to the
 * request.
 */
function checkSignedHeaders(request: S3Request, signed: string[]): void {
  const needed = Object.keys(request.headers).filter((name) => name === 'host' || name.startsWith('x-amz-'));
  const unsigned = needed.filter((name) => !signed.includes(name));
  if (unsigned.length === 0) return;
  throw new S3Error('AccessDenied', 'There were headers present in the request which were not signed', {
    HeadersNotSigned: unsigned.join(', '),
  });
}

function parseTimestamp(text: string): number | null {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number);
  return Date.UTC(year!, month! - 1, day, hour, minute, second);
}

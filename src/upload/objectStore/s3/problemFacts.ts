import type { FactsOf, ProblemFacts, ProxyKind, ServerKind } from '../../../shared/problem';
import { hostOf } from '../hostOf';
import type { Verdict } from '../objectStore';
import { isOfCertificate } from './certificateCodes';
import { couldNotBeMade, type ErrorContext, type ErrorFacts } from './errorFacts';
import type { NonS3ResponseError } from './nonS3Response';
import type { ProxyTrouble } from './proxy/proxyFailure';

type Place = Pick<ErrorContext, 'operation' | 'bucket' | 'endpoint' | 'nowMs'> & {
  server?: string;
  profile?: string;
};

/** Problems identified by the error code alone. */
const BY_CODE: Record<string, (place: Place, facts: ErrorFacts) => ProblemFacts> = {
  InvalidAccessKeyId: ({ profile }) => ({ kind: 'access-key-unknown', profile }),
  SignatureDoesNotMatch: ({ profile }) => ({ kind: 'secret-wrong', profile }),
  InvalidToken: ({ profile }) => ({ kind: 'session-token-invalid', profile }),
  ExpiredToken: ({ profile }) => ({ kind: 'credentials-expired', profile }),
  NoSuchBucket: ({ bucket, server }) => ({ kind: 'bucket-missing', bucket, server }),
  InvalidBucketName: ({ bucket }) => ({ kind: 'bucket-name-invalid', bucket }),
  NoSuchKey: () => ({ kind: 'object-missing' }),
  InvalidObjectState: () => ({ kind: 'object-archived' }),
  RequestTimeTooSkewed: ({ nowMs }, facts) => ({ kind: 'clock-wrong', aheadMs: aheadMs(facts, nowMs) }),
  EntityTooLarge: () => ({ kind: 'file-too-large' }),
  EntityTooSmall: () => ({ kind: 'parts-too-small' }),
  NonS3ResponseError: ({ server }) => ({ kind: 'web-page', server }),
  ForeignRedirect: redirect,
  InvalidStorageClass: ({ bucket }) => ({ kind: 'storage-class-unknown', bucket }),
  InvalidTag: () => ({ kind: 'object-tags-refused' }),
  BucketInEndpoint: ({ bucket }) => ({ kind: 'bucket-in-endpoint', bucket }),
};

const FULL = /^(QuotaExceeded|InsufficientStorage|XMinioStorageFull|HTTP507)$/;
const REGION =
  /^(AuthorizationHeaderMalformed|PermanentRedirect|TemporaryRedirect|HTTP30[1278]|IllegalLocationConstraintException)$/;
const DENIED = /^(AccessDenied|AllAccessDisabled|AccountProblem|Forbidden|HTTP40[13])$/;

const UNREACHABLE: ReadonlyMap<string, ServerKind> = new Map([
  ['ECONNREFUSED', 'connection-refused'],
  ['HandshakeStalled', 'handshake-stalled'],
  ['ServerNotProven', 'server-not-proven'],
]);

const OF_PROXY: Record<ProxyTrouble, ProxyKind> = {
  ProxyUnreachable: 'proxy-unreachable',
  ProxySilent: 'proxy-silent',
  ProxyCannotReachServer: 'proxy-cannot-reach-server',
  ProxyAuthenticationRequired: 'proxy-wants-sign-in',
  ProxyRefused: 'proxy-refused',
  ProxyCertificate: 'proxy-certificate',
  ProxyNotTls: 'proxy-not-tls',
};

/** The problem behind a failed request. */
export function problemFacts(verdict: Verdict, facts: ErrorFacts, context: ErrorContext): ProblemFacts {
  const { operation, bucket, endpoint, awsProfile: profile, nowMs } = context;
  const place = { operation, bucket, endpoint, profile, nowMs, server: hostOf(endpoint) };
  const { server } = place;
  const { code, foreign, proxy } = facts;
  if (proxy)
    return { kind: OF_PROXY[code as ProxyTrouble], proxy: proxy.name, variable: proxy.variable, server };
  switch (verdict) {
    case 'needs-user':
      return needsUser(facts, place);
    case 'unreachable':
      if (code === 'ForeignReply') return { kind: 'sign-in-page' };
      return { kind: UNREACHABLE.get(code) ?? 'unreachable', server };
    case 'retry':
      if (code === 'TrickledReply') return { kind: 'trickled-reply', server };
      return { kind: 'broken-off', server, gateway: foreign?.gateway, status: foreign?.httpStatus };
    case 'throttle':
      return { kind: 'throttled', server };
    case 'gone':
      return { kind: 'upload-unknown' };
    case 'conflict':
      return { kind: 'key-occupied' };
    case 'corrupt':
      return { kind: 'damaged-on-the-way' };
    case 'cancelled':
      return { kind: 'cancelled' };
  }
}

function needsUser(facts: ErrorFacts, place: Place): ProblemFacts {
  const { code, meantStatus: httpStatus } = facts;
  const { bucket, server, profile } = place;
  const known = Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined;
  if (known) return known(place, facts);
  if (couldNotBeMade(facts)) return { kind: 'setting-not-sendable', profile };
  if (facts.foreign?.kind === 'gateway') return gatewayRefusal(facts.foreign, place);
  if (code.startsWith('KMS.')) return { kind: 'encryption-key-unusable', bucket };
  const demanded = attributeIn(facts);
  if (demanded) return demanded;
  if (FULL.test(code) || httpStatus === 507) return { kind: 'bucket-full', bucket };
  if (isOfCertificate(code)) return { kind: certificateTrouble(code), server };
  if (code.startsWith('ERR_SSL_')) return { kind: 'not-tls', server };
  if (REGION.test(code)) return { kind: 'other-region', bucket, region: facts.region };
  if (DENIED.test(code) || httpStatus === 403 || httpStatus === 401) return denial(place, facts);
  if (httpStatus === 413) return { kind: 'file-too-large' };
  return { kind: 'refused', server };
}

function certificateTrouble(code: string): ServerKind {
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') return 'certificate-date';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH') return 'certificate-name';
  return 'certificate-untrusted';
}

/** The permission that each operation requires. */
const RIGHTS: Readonly<Record<string, string>> = {
  HeadObject: 's3:GetObject',
  GetObject: 's3:GetObject',
  PutObject: 's3:PutObject',
  CreateMultipartUpload: 's3:PutObject',
  UploadPart: 's3:PutObject',
  CompleteMultipartUpload: 's3:PutObject',
  DeleteObject: 's3:DeleteObject',
  ListObjectsV2: 's3:ListBucket',
  ListMultipartUploads: 's3:ListBucketMultipartUploads',
  ListParts: 's3:ListMultipartUploadParts',
  AbortMultipartUpload: 's3:AbortMultipartUpload',
};

/** Amazon S3 names the denied action, which may differ from the operation's own: for tags or encryption. */
const NAMED_ACTION = /not authorized to perform:?\s+([\w-]+:\w+)/i;

function denial({ operation, bucket }: Place, { rawMessage }: ErrorFacts): ProblemFacts {
  const right = NAMED_ACTION.exec(rawMessage)?.[1] ?? RIGHTS[operation];
  return { kind: right?.startsWith('kms:') ? 'encryption-key-unusable' : 'denied', bucket, right };
}

/** Headers that a bucket policy may require. A refusal names them in its text, if at all. */
const ATTRIBUTES: readonly [RegExp, FactsOf<'attribute-demanded'>['attribute']][] = [
  [/server-side-encryption-aws-kms-key-id/i, 'encryption-key'],
  [/server-side-encryption|\bSSE\b/i, 'encryption'],
  [/storage-class|storageclass/i, 'storage-class'],
  [/x-amz-tagging|RequestObjectTag|object tag/i, 'object-tags'],
];

/** ARNs contain names that the user chose. */
const ARN = /\barn:[^\s"]+/gi;

function attributeIn({ rawMessage, meantStatus: httpStatus }: ErrorFacts): ProblemFacts | undefined {
  if (httpStatus !== 403 && httpStatus !== 400 && httpStatus !== 501) return undefined;
  const said = rawMessage.replace(ARN, '');
  const attribute = ATTRIBUTES.find(([pattern]) => pattern.test(said))?.[1];
  return attribute && { kind: httpStatus === 403 ? 'attribute-demanded' : 'attribute-refused', attribute };
}

function redirect(place: Place, { foreign, sentStatus = 0 }: ErrorFacts): ProblemFacts {
  const { server } = place;
  const location = foreign?.location;
  if (!foreign || !location) return { kind: 'redirected', server, status: sentStatus };
  const from = new URL(foreign.from);
  if (location.hostname !== from.hostname)
    return { kind: 'redirected-elsewhere', server, to: location.origin };
  if (location.protocol === from.protocol) return { kind: 'redirected-to-page', server, to: location.href };
  return location.protocol === 'https:'
    ? httpsOnly(place, location)
    : { kind: 'redirected-to-http', server, to: location.origin };
}

function httpsOnly({ server, endpoint }: Place, { port }: Pick<URL, 'port'>): ProblemFacts {
  const secure = new URL(endpoint ?? `https://${server}`);
  secure.protocol = 'https:';
  secure.port = port;
  return { kind: 'https-only', server, endpoint: secure.href.replace(/\/$/, '') };
}

function gatewayRefusal(
  { httpStatus: status, gateway, message, from }: NonS3ResponseError,
  place: Place,
): ProblemFacts {
  if (status === 400 && /plain HTTP request was sent to HTTPS port/i.test(message))
    return httpsOnly(place, new URL(from));
  return { kind: 'gateway-refused', server: place.server, gateway, status };
}

/** Every reply of the server contains its time. */
function aheadMs({ headers }: ErrorFacts, nowMs: number): number | undefined {
  const offMs = nowMs - Date.parse(headers.date ?? '');
  return Number.isNaN(offMs) ? undefined : offMs;
}

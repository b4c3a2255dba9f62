import type { Verdict } from '../objectStore';
import { isOfCertificate } from './certificateCodes';
import { couldNotBeMade, type ErrorContext, type ErrorFacts } from './errorFacts';
import type { ForeignReply } from './foreignReply';
import { goesOn, type Words } from './goesOn';
import type { ProxyTrouble } from './proxy/proxyFailure';
import { shellName } from './profiles/shellName';
import { PROXY_WORDS } from './proxy/proxyWords';

type Place = Pick<ErrorContext, 'operation' | 'bucket' | 'endpoint' | 'awsProfile' | 'nowMs'> & {
  server: string;
};
const ASK_ADMIN = 'Send the details below to the server’s administrator.';

/** Words for causes that have a code of their own. */
const BY_CODE: Record<string, (place: Place, facts: ErrorFacts) => Words> = {
  InvalidAccessKeyId: (place) => ({
    message: 'The server does not know this access key ID.',
    action: checkKeys(place),
  }),
  SignatureDoesNotMatch: (place) => ({
    message: 'The secret access key does not belong to this access key ID.',
    action: checkKeys(place),
  }),
  InvalidToken: (place) => ({ message: 'The session token is not valid.', action: renewKeys(place) }),
  ExpiredToken: (place) => ({
    message: place.awsProfile
      ? `The credentials of the AWS profile “${place.awsProfile}” have expired.`
      : 'The credentials have expired.',
    action: renewKeys(place),
  }),
  NoSuchBucket: ({ bucket, server }) => ({
    message: `There is no bucket named “${bucket}” at ${server}.`,
    action: 'Check the bucket name in the settings, or create the bucket.',
  }),
  InvalidBucketName: ({ bucket }) => ({
    message: `“${bucket}” is not a valid bucket name.`,
    action: 'Check the bucket name in the settings.',
  }),
  NoSuchKey: () => ({ message: 'The object is not in the bucket.', action: 'Upload it again.' }),
  InvalidObjectState: () => ({
    message: 'The object is archived and cannot be read as it is.',
    action: 'Restore it from the archive, with the tools of the storage provider.',
  }),
  RequestTimeTooSkewed: ({ nowMs }, facts) => ({
    message: `This computer's clock is ${clockOff(facts, nowMs)}, and the server refuses that.`,
    action: 'Set the date and time of this computer, then retry.',
  }),
  EntityTooLarge: () => ({
    message: 'The server does not take files this large.',
    action: 'Ask the server’s administrator to raise its limit.',
  }),
  EntityTooSmall: () => ({
    message: 'The parts are smaller than the server accepts.',
    action: 'Raise the part size in the settings, under Advanced; a low bandwidth limit lowers it.',
  }),
  ForeignReply: ({ server }) => ({
    message: `What answered at ${server} is a web page, not a storage server.`,
    action: 'Check the endpoint in the settings.',
  }),
  ForeignRedirect: redirectWords,
  InvalidStorageClass: ({ bucket }) => ({
    message: `The bucket “${bucket}” does not have the storage class in the settings.`,
    action: 'Choose another storage class in the settings, under Advanced, or leave it empty.',
  }),
  InvalidTag: () => ({
    message: 'The server does not accept the object tags in the settings.',
    action: 'Check the object tags in the settings, under Advanced.',
  }),
  BucketInEndpoint: ({ bucket }) => bucketInEndpointWords(bucket),
};

export function bucketInEndpointWords(bucket: string): Pick<Words, 'message' | 'action'> {
  return {
    message: `The endpoint already contains the bucket “${bucket}”. Files would end up in a folder of that name.`,
    action: 'Remove the bucket from the endpoint in the settings.',
  };
}

const FULL = /^(QuotaExceeded|InsufficientStorage|XMinioStorageFull|HTTP507)$/;
const REGION =
  /^(AuthorizationHeaderMalformed|PermanentRedirect|TemporaryRedirect|HTTP30[1278]|IllegalLocationConstraintException)$/;
const DENIED = /^(AccessDenied|AllAccessDisabled|AccountProblem|Forbidden|HTTP40[13])$/;

export function wordsFor(verdict: Verdict, facts: ErrorFacts, context: ErrorContext): Words {
  const { operation, bucket, endpoint, awsProfile, nowMs } = context;
  const place = { operation, bucket, endpoint, server: serverName(endpoint), awsProfile, nowMs };
  if (facts.proxy)
    return PROXY_WORDS[facts.code as ProxyTrouble]({ proxy: facts.proxy, server: place.server });
  if (verdict === 'needs-user') return needsUserWords(facts, place);
  return BY_VERDICT[verdict](place, facts);
}

/** What an unreachable server does where the network did bring something back. */
const SERVER_TROUBLE: ReadonlyMap<string, string> = new Map([
  ['HandshakeStalled', 'takes connections but does not answer'],
  ['ECONNREFUSED', 'refuses connections'],
]);

const BY_VERDICT: Record<Exclude<Verdict, 'needs-user'>, (place: Place, facts: ErrorFacts) => Words> = {
  unreachable: unreachableWords,
  retry: ({ server }, { code, foreign }) => ({
    message:
      code === 'TrickledReply'
        ? `${server} answers far too slowly.`
        : `The connection to ${server} broke off${foreign ? `: ${gatewayOf(foreign)} answered ${foreign.httpStatus}` : ''}.`,
    action: 'Nothing to do: it is tried again by itself.',
  }),
  throttle: ({ server }) => ({
    message: `${server} is busy and asked for a pause.`,
    action: 'Nothing to do: it is tried again by itself.',
  }),
  gone: () => ({
    message: 'The server has no record of the unfinished upload.',
    action: 'Nothing to do: the upload starts again.',
  }),
  conflict: () => ({
    message: 'There is already something else at this place in the bucket.',
    action: 'Choose another key prefix in the settings, or remove the other object.',
  }),
  corrupt: () => ({
    message: 'The data was damaged on its way to the server.',
    action: 'Nothing to do: it is sent again.',
  }),
  cancelled: () => ({ message: 'The upload was cancelled.', action: 'Upload it again when you want.' }),
};

function unreachableWords({ server }: Place, { code }: ErrorFacts): Words {
  if (code === 'ServerNotProven')
    return {
      message: `Another program answers at ${server} in place of the local bucket. Nothing was sent to it.`,
      ...goesOn('Quit the app and start it again with --local-bucket'),
    };
  if (code === 'ForeignReply')
    return {
      message: 'The network answers with a sign-in page instead of the server.',
      ...goesOn('Sign in to the network in a browser'),
    };
  const trouble = SERVER_TROUBLE.get(code);
  const advice = trouble
    ? 'Check that the server runs, and the endpoint’s port'
    : 'Check the network and the endpoint';
  return { message: `${server} ${trouble ?? 'cannot be reached'}.`, ...goesOn(advice) };
}

function needsUserWords(facts: ErrorFacts, place: Place): Words {
  const { code, meantStatus: httpStatus } = facts;
  const known = Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined;
  if (known) return known(place, facts);
  if (couldNotBeMade(facts)) return notMadeWords(place);
  if (facts.foreign?.kind === 'gateway') return gatewayWords(facts.foreign, place);
  if (code.startsWith('KMS.')) return kmsWords(place);
  const demanded = demandedWords(facts);
  if (demanded) return demanded;
  if (FULL.test(code) || httpStatus === 507) return fullWords(place);
  if (isOfCertificate(code)) return certificateWords(code, place);
  if (code.startsWith('ERR_SSL_')) return notTlsWords(place);
  if (REGION.test(code)) return regionWords(facts, place);
  if (DENIED.test(code) || httpStatus === 403 || httpStatus === 401) return deniedWords(place, facts);
  if (httpStatus === 413) return BY_CODE.EntityTooLarge!(place, facts);
  return { message: `${place.server} refused the request.`, action: ASK_ADMIN };
}

/** @param right the action that was denied, where the server names it */
function kmsWords({ bucket }: Place, right?: string): Words {
  return {
    message: `The encryption key of the bucket “${bucket}” cannot be used.`,
    action: `Ask the bucket’s administrator to allow this access key to use it${right ? ` (${right})` : ''}.`,
  };
}

function fullWords({ bucket }: Place): Words {
  return { message: `There is no room left in the bucket “${bucket}”.`, action: 'Make room, then retry.' };
}

function certificateWords(code: string, { server }: Place): Words {
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return {
      message: `The certificate of ${server} is not valid at this computer's date.`,
      action: "Check this computer's date; if it is right, the server needs a new certificate.",
    };
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH') {
    return {
      message: `The certificate shown belongs to another server than ${server}.`,
      action: 'Check the endpoint in the settings.',
    };
  }
  return {
    message: `The certificate of ${server} is not trusted on this computer.`,
    action: 'Set a CA file in the settings, under Advanced: that of the authority behind the certificate.',
  };
}

function notTlsWords({ server }: Place): Words {
  return {
    message: `${server} does not speak https.`,
    action: 'Check the endpoint in the settings: its port, and http or https.',
  };
}

function regionWords(facts: ErrorFacts, { bucket }: Place): Words {
  return facts.region
    ? {
        message: `The bucket “${bucket}” is in the region “${facts.region}”.`,
        action: `Set the region to “${facts.region}” in the settings.`,
      }
    : {
        message: `The bucket “${bucket}” is in another region.`,
        action: 'Check the region in the settings.',
      };
}

/** The right that each operation takes. */
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
const DEEDS: readonly [RegExp, string][] = [
  [/^s3:Put\w*Tagging$/, 'set object tags'],
  [/^s3:Get/, 'read files'],
  [/^s3:List/, 'list files'],
  [/^s3:Delete/, 'delete files'],
  [/^s3:Abort/, 'cancel unfinished uploads'],
  [/^s3:Put/, 'write files'],
];

/** Amazon S3 names the denied action, which may be another than the operation's own: for its tags or its encryption. */
const NAMED_ACTION = /not authorized to perform:?\s+([\w-]+:\w+)/i;

function deniedWords(place: Place, { rawMessage }: ErrorFacts): Words {
  const { operation, bucket } = place;
  const right = NAMED_ACTION.exec(rawMessage)?.[1] ?? RIGHTS[operation];
  if (right?.startsWith('kms:')) return kmsWords(place, right);
  const deed = DEEDS.find(([pattern]) => pattern.test(right ?? ''))?.[1] ?? 'do this';
  return {
    message: `This access key is not allowed to ${deed} in the bucket “${bucket}”.`,
    action: `Check the keys and the bucket in the settings, or ask the bucket’s administrator for the right to ${deed}${right ? ` (${right})` : ''}.`,
  };
}

/** Headers that a bucket's policy may demand, and the setting for each. A refusal names them in its text, if anywhere. */
const DEMANDED: readonly [RegExp, string, string][] = [
  [/server-side-encryption-aws-kms-key-id/i, 'a certain encryption key (SSE-KMS)', 'the encryption'],
  [/server-side-encryption|\bSSE\b/i, 'encryption', 'the encryption'],
  [/storage-class|storageclass/i, 'a certain storage class', 'the storage class'],
  [/x-amz-tagging|RequestObjectTag|object tag/i, 'certain object tags', 'the object tags'],
];

/** Names in it are the user's own. */
const ARN = /\barn:[^\s"]+/gi;

function demandedWords({ rawMessage, meantStatus: httpStatus }: ErrorFacts): Words | undefined {
  if (httpStatus !== 403 && httpStatus !== 400 && httpStatus !== 501) return undefined;
  const said = rawMessage.replace(ARN, '');
  const found = DEMANDED.find(([pattern]) => pattern.test(said));
  if (!found) return undefined;
  const [, demand, setting] = found;
  return httpStatus === 403
    ? {
        message: `The bucket demands ${demand} of each upload.`,
        action: `Set ${setting} to what the bucket’s policy requires (Settings → Advanced).`,
      }
    : {
        message: `The server does not accept ${setting} that the settings ask for.`,
        action: `Change ${setting} in the settings, under Advanced.`,
      };
}

function notMadeWords({ awsProfile }: Place): Words {
  return {
    message:
      'The request could not be made on this computer: a setting holds a character that cannot be sent.',
    action: awsProfile
      ? `Check the keys of the AWS profile “${awsProfile}” for invisible characters.`
      : 'Enter the keys and the session token again, without invisible characters.',
  };
}

function redirectWords(place: Place, { foreign, sentStatus }: ErrorFacts): Words {
  const { server } = place;
  const location = foreign?.location;
  if (!foreign || !location)
    return { message: `${server} answers with a redirect (${sentStatus}).`, action: CHECK_ENDPOINT };
  const from = new URL(foreign.from);
  const isSameHost = location.hostname === from.hostname;
  if (isSameHost && location.protocol !== from.protocol)
    return location.protocol === 'https:'
      ? onlyHttpsWords(place, location)
      : downgradeWords(server, location);
  return {
    message: `${server} redirects to ${isSameHost ? location.href : location.origin}.`,
    action: isSameHost
      ? 'Check the endpoint in the settings: this looks like a web page, not a storage server.'
      : `If that is your server, set the endpoint to ${location.origin} in the settings.`,
  };
}

function onlyHttpsWords({ server, endpoint }: Place, { port }: Pick<URL, 'port'>): Words {
  const secure = new URL(endpoint ?? `https://${server}`);
  secure.protocol = 'https:';
  secure.port = port;
  const suggestedEndpoint = secure.href.replace(/\/$/, '');
  return {
    message: `${server} takes connections over https only.`,
    action: `Set the endpoint to ${suggestedEndpoint} in the settings.`,
    suggestedEndpoint,
  };
}

function downgradeWords(server: string, location: URL): Words {
  return {
    message: `${server} redirects to ${location.origin}, which is not encrypted.`,
    action: 'Ask the people who run the server to answer over https; the app does not follow.',
  };
}

const CHECK_ENDPOINT = 'Check the endpoint in the settings.';

function gatewayOf({ gateway }: { gateway?: string }): string {
  return gateway ? `the gateway in front of it (${gateway})` : 'a gateway in front of it';
}

/** The setting with which each product limits the size of a request. */
const SIZE_LIMITS: Readonly<Record<string, string>> = {
  nginx: 'client_max_body_size',
  Apache: 'LimitRequestBody',
  IIS: 'maxAllowedContentLength',
  Caddy: 'request_body max_size',
  Traefik: 'maxRequestBodyBytes',
  Envoy: 'max_request_bytes',
  Cloudflare: 'the upload limit of the plan',
};

function gatewayWords({ httpStatus, gateway = '', message, from }: ForeignReply, place: Place): Words {
  const { server } = place;
  const name = gateway ? `The gateway in front of ${server} (${gateway})` : `A gateway in front of ${server}`;
  if (httpStatus === 413) {
    const limit = SIZE_LIMITS[gateway];
    return {
      message: `${name} does not take requests of this size.`,
      action: `Ask its administrator to raise its limit${limit ? ` (${limit})` : ''} above the part size, or set a smaller part size in the settings, under Advanced.`,
    };
  }
  if (httpStatus === 414 || httpStatus === 431)
    return {
      message: `${name} does not take request headers this long.`,
      action:
        'Ask its administrator to raise its limit for headers; a long session token or key prefix needs it.',
    };
  if (httpStatus === 400 && /plain HTTP request was sent to HTTPS port/i.test(message))
    return onlyHttpsWords(place, new URL(from));
  if (httpStatus === 501 || httpStatus === 505 || httpStatus === 405)
    return {
      message: `${name} does not let this kind of request through (${httpStatus}).`,
      action: ASK_ADMIN,
    };
  if (httpStatus === 507)
    return { message: `${name} has no room left for the upload.`, action: 'Make room, then retry.' };
  return { message: `${name} refused the request (${httpStatus}).`, action: ASK_ADMIN };
}

function checkKeys({ awsProfile }: Place): string {
  return awsProfile
    ? `Check the keys of the AWS profile “${awsProfile}”.`
    : 'Check the access key ID and the secret access key in the settings.';
}

function renewKeys({ awsProfile }: Place): string {
  return awsProfile
    ? `Renew them (with SSO: run aws sso login --profile ${shellName(awsProfile)}), then try again.`
    : 'Enter the current credentials in the settings.';
}

/** The server's own time stands in every reply of its. */
function clockOff(facts: ErrorFacts, nowMs: number): string {
  const offMs = nowMs - Date.parse(facts.headers.date ?? '');
  if (Number.isNaN(offMs)) return 'wrong';
  return `${Math.round(Math.abs(offMs) / 60_000)} minutes ${offMs > 0 ? 'ahead' : 'behind'}`;
}

/** The server in words, as errors name it. */
export function serverName(endpoint: string | undefined): string {
  if (!endpoint) return 'Amazon S3';
  // A record that came with a copied folder may name anything.
  return URL.canParse(endpoint) ? new URL(endpoint).host : 'the server';
}

import type { Verdict } from '../types';
import { isOfCertificate } from './certificateCodes';
import type { ErrorContext, ErrorFacts } from './errorFacts';
import { goesOn, type Words } from './goesOn';
import type { ProxyTrouble } from './proxy/proxyFailure';
import { PROXY_WORDS } from './proxy/proxyWords';

type Place = { bucket: string; server: string; awsProfile?: string; nowMs: number };
const ASK_ADMIN = 'Ask whoever runs the server, with the details below.';

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
    action: 'Restore it from the archive, with the tools of whoever runs the bucket.',
  }),
  RequestTimeTooSkewed: ({ nowMs }, facts) => ({
    message: `This computer's clock is ${clockOff(facts, nowMs)}, and the server refuses that.`,
    action: 'Set the date and time of this computer, then retry.',
  }),
  EntityTooLarge: () => ({
    message: 'The server does not take files this large.',
    action: 'Ask whoever runs the server to raise its limit.',
  }),
  EntityTooSmall: () => ({
    message: 'The server wants larger parts.',
    action: 'Raise the part size in the settings, under Advanced; a low bandwidth limit lowers it.',
  }),
  ForeignReply: ({ server }) => ({
    message: `What answered at ${server} is a web page, not a storage server.`,
    action: 'Check the endpoint in the settings.',
  }),
};

const FULL = /^(QuotaExceeded|InsufficientStorage|XMinioStorageFull|HTTP507)$/;
const REGION =
  /^(AuthorizationHeaderMalformed|PermanentRedirect|TemporaryRedirect|HTTP30[1278]|IllegalLocationConstraintException)$/;
const DENIED = /^(AccessDenied|AllAccessDisabled|AccountProblem|Forbidden|HTTP40[13])$/;

export function wordsFor(verdict: Verdict, facts: ErrorFacts, context: ErrorContext): Words {
  const { bucket, endpoint, awsProfile, nowMs } = context;
  const place = { bucket, server: serverName(endpoint), awsProfile, nowMs };
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
  unreachable: ({ server }, facts) =>
    facts.code === 'ForeignReply'
      ? {
          message: 'The network answers with a sign-in page instead of the server.',
          ...goesOn('Sign in to the network in a browser'),
        }
      : {
          message: `${server} ${SERVER_TROUBLE.get(facts.code) ?? 'cannot be reached'}.`,
          ...goesOn(
            SERVER_TROUBLE.has(facts.code)
              ? 'Check that the server runs, and the endpoint’s port'
              : 'Check the network and the endpoint',
          ),
        },
  retry: ({ server }) => ({
    message: `The connection to ${server} broke off.`,
    action: 'Nothing to do: it is tried again by itself.',
  }),
  throttle: ({ server }) => ({
    message: `${server} is busy and asked for a pause.`,
    action: 'Nothing to do: it is tried again by itself.',
  }),
  gone: () => ({
    message: 'The server has no record of the unfinished upload.',
    action: 'Nothing to do: the upload begins anew.',
  }),
  conflict: () => ({
    message: 'Something else already stands at this place in the bucket.',
    action: 'Choose another key prefix in the settings, or remove the other object.',
  }),
  corrupt: () => ({
    message: 'The data was damaged on its way to the server.',
    action: 'Nothing to do: it is sent again.',
  }),
  cancelled: () => ({ message: 'The upload was cancelled.', action: 'Upload it again when you want.' }),
};

function needsUserWords(facts: ErrorFacts, place: Place): Words {
  const { code, httpStatus } = facts;
  const known = Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined;
  if (known) return known(place, facts);
  if (code.startsWith('KMS.')) return kmsWords(place);
  if (FULL.test(code) || httpStatus === 507) return fullWords(place);
  if (isOfCertificate(code)) return certificateWords(code, place);
  if (code.startsWith('ERR_SSL_')) return notTlsWords(place);
  if (REGION.test(code)) return regionWords(facts, place);
  if (DENIED.test(code) || httpStatus === 403 || httpStatus === 401) return deniedWords(place);
  if (httpStatus === 413) return BY_CODE.EntityTooLarge!(place, facts);
  return { message: `${place.server} refused the request.`, action: ASK_ADMIN };
}

function kmsWords({ bucket }: Place): Words {
  return {
    message: `The encryption key of the bucket “${bucket}” cannot be used.`,
    action: 'Ask whoever runs the bucket to allow this access key to use it.',
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

function deniedWords({ bucket }: Place): Words {
  return {
    message: `This access key is not allowed to do this in the bucket “${bucket}”.`,
    action:
      'Check the keys and the bucket in the settings, or ask whoever runs the bucket for the right to write.',
  };
}

function checkKeys({ awsProfile }: Place): string {
  return awsProfile
    ? `Check the keys of the AWS profile “${awsProfile}”.`
    : 'Check the access key ID and the secret access key in the settings.';
}

function renewKeys({ awsProfile }: Place): string {
  return awsProfile
    ? `Renew them (with SSO: run aws sso login --profile ${awsProfile}), then try again.`
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
  return endpoint ? new URL(endpoint).host : 'Amazon S3';
}

import { ObjectStoreError } from '../../objectStore';
import type { Clock } from '../../../../shared/runtime';
import { classifyError } from '../classifyError';
import type { ServerClock } from '../serverClock';
import type { Environment } from '../proxy/proxyServer';
import { asRequestHandler, createS3RequestHandler, type Credentials } from '../s3RequestHandler';
import { HttpTransport, type TransportOptions, type TransportRequest } from '../httpTransport';
import { profileChain, withConfigFile, type KnownProfiles, type ProfileFiles } from './profileFiles';
import { kindOf, type Section } from './profileSections';
import {
  processFailed,
  profileMissing,
  profileTooSlow,
  profileUnusable,
  profileUsesSurroundings,
  profileWantsMfa,
  profileWithoutKeys,
  roleRefused,
  signInExpired,
} from './profileFailures';
import { externalDataInterceptor, getSSOTokenFromFile } from '@smithy/core/config';

/** A command may ask the user for a fingerprint or a click. */
const PATIENCE_MS = 120_000;
const TIMEOUTS = { connectMs: 10_000, stallMs: 30_000 };

export type ResolveParts = {
  files: ProfileFiles;
  /** May name a proxy. */
  env: Environment;
  clock: Clock;
  /** The clock of AWS's own services, updated from their replies. */
  serverClock: ServerClock;
  /** PEM text of a certificate authority to trust in addition to the system's. */
  ca?: string;
};

/** What to change in a second attempt. */
type Attempt = { byServerClock?: boolean; lettingAwsJudge?: boolean };

/**
 * Fetches the credentials of a profile as AWS's own tools do: keys in the files, SSO, a command, a role. Never uses the
 * keys of the environment or of a virtual machine.
 * @throws ObjectStoreError needs-user, or a network failure if AWS has to be asked
 */
export async function resolveProfile(
  profile: string,
  known: KnownProfiles,
  parts: ResolveParts,
  attempt: Attempt = {},
): Promise<Credentials> {
  const { files, clock, serverClock } = parts;
  const { profiles } = known;
  const chain = profileChain(profiles, profile);
  refuseUnfit(profile, chain, profiles, files);
  const { offsetMs } = serverClock;
  const asked = watchedTransport(parts);
  try {
    // Loaded on demand: it would slow down the start of the app by a tenth of a second.
    const { fromIni, fromSSO } = await import('@aws-sdk/credential-providers');
    const clientConfig = {
      ...{ requestHandler: asRequestHandler(asked.transport), maxAttempts: 1 },
      // The SDK signs by the system's own clock.
      ...(offsetMs !== undefined && { systemClockOffset: clock.now() + offsetMs - Date.now() }),
    };
    return await withConfigFile(files, known, (configFilepath) => {
      const places = { filepath: files.credentials, configFilepath };
      const asked = { profile, clientConfig, parentClientConfig: clientConfig, ignoreCache: true, ...places };
      // `fromIni` does not pass the paths of the files to its SSO provider.
      const provider = kindOf(chain[0]!) === 'sso' ? fromSSO(asked) : fromIni(asked);
      const provide = () => inTime(provider(), clock, profile);
      return attempt.lettingAwsJudge ? withUnendingToken(chain, provide) : provide();
    });
  } catch (error) {
    // A signature with a wrong time is refused like an invalid one: try once more with the server's time.
    const mayBeClock = [400, 403].includes(asked.status() ?? 0) && serverClock.offsetMs !== offsetMs;
    if (mayBeClock && !attempt.byServerClock)
      return await resolveProfile(profile, known, parts, { ...attempt, byServerClock: true });
    // The SDK checks a sign-in's expiry against this computer's clock, without a request. Let AWS decide.
    const isUnasked = asked.wasNotAsked() && kindOf(chain.at(-1)!) === 'sso';
    if (isUnasked && !attempt.lettingAwsJudge)
      return await resolveProfile(profile, known, parts, { ...attempt, lettingAwsJudge: true }).catch(
        (judged: unknown) => {
          // While AWS is unreachable, decide by this computer's clock.
          const isUnreachable = judged instanceof ObjectStoreError && judged.verdict === 'unreachable';
          throw isUnreachable ? nameFailure(profile, chain, error) : judged;
        },
      );
    throw asked.failure() ?? nameFailure(profile, chain, error, asked.status());
  } finally {
    asked.close();
  }
}

/** Rejects what can be detected from the files alone. */
function refuseUnfit(
  profile: string,
  chain: readonly Section[],
  profiles: KnownProfiles['profiles'],
  files: ProfileFiles,
): void {
  const last = chain.at(-1);
  if (!last) throw profileMissing(profile, [files.config, files.credentials]);
  const source = kindOf(last) === 'role' ? last.source_profile : undefined;
  if (source !== undefined && !profiles.has(source))
    throw profileMissing(source, [files.config, files.credentials]);
  for (const section of chain) {
    if (section.credential_source !== undefined)
      throw profileUsesSurroundings(profile, section.credential_source);
    if (section.mfa_serial !== undefined && section.role_arn !== undefined) throw profileWantsMfa(profile);
  }
  // A profile may contain keys and assume a role with them, naming itself as the source; other cycles have no keys.
  const isRing = source !== undefined && last.aws_access_key_id === undefined;
  if (kindOf(last) === undefined || isRing) throw profileWithoutKeys(profile);
}

type Provided = Credentials & { expiration?: Date };

async function inTime(provided: Promise<Provided>, clock: Clock, profile: string): Promise<Credentials> {
  const late = Promise.withResolvers<never>();
  const timer = clock.setTimeout(() => late.reject(profileTooSlow(profile, PATIENCE_MS)), PATIENCE_MS);
  try {
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = await Promise.race([
      provided,
      late.promise,
    ]);
    return { accessKeyId, secretAccessKey, sessionToken, expiration };
  } finally {
    clock.clearTimeout(timer);
  }
}

function nameFailure(profile: string, chain: readonly Section[], error: unknown, status?: number): Error {
  if (error instanceof ObjectStoreError) return error;
  const source = chain.at(-1)!;
  const kind = kindOf(source);
  if (kind === 'process') return processFailed(profile, error);
  if (chain.some((section) => section.role_arn !== undefined) && status !== undefined)
    return roleRefused(profile, error);
  if (kind === 'sso')
    return status === 403 ? roleRefused(profile, error) : signInExpired(profile, kind, error);
  if (kind === 'login') return signInExpired(profile, kind, error);
  return profileUnusable(profile, error);
}

/**
 * Requests to AWS's own services use the same transport as the bucket's, because the SDK's providers hide the cause of
 * a failure.
 */
function watchedTransport({ ca, env, clock, serverClock }: ResolveParts) {
  const wire = new HttpTransport(TIMEOUTS, { ca, env });
  const transport = createS3RequestHandler(wire);
  let last: { host: string; thrown?: unknown; status?: number; headers?: Record<string, string> } | undefined;
  const handle = async (request: TransportRequest, options?: TransportOptions) => {
    last = { host: request.hostname };
    try {
      const answered = await transport.handle(request, options);
      const { statusCode, headers } = answered.response;
      Object.assign(last, { status: statusCode, headers });
      serverClock.learn(headers.date, clock.now());
      return answered;
    } catch (error) {
      last.thrown = error;
      throw error;
    }
  };
  /** The failure if AWS could not be reached or could not answer: nothing to fix in the profile. */
  const failure = () => {
    if (!last) return undefined;
    const { host, thrown, headers, status = 0 } = last;
    const isTrouble = status >= 500 || status === 429;
    if (thrown === undefined && !isTrouble) return undefined;
    const answer = { $metadata: { httpStatusCode: status }, $response: { headers } };
    const error = thrown ?? Object.assign(new Error(), answer);
    const context = {
      operation: 'GetCredentials',
      bucket: '',
      endpoint: `https://${host}`,
      nowMs: clock.now(),
      clock: serverClock,
    };
    return classifyError(error, context);
  };
  return {
    transport: { ...transport, handle },
    failure,
    status: () => last?.status,
    wasNotAsked: () => last === undefined,
    close: () => wire.destroy(),
  };
}

const AN_HOUR_MS = 3_600_000;

/** Makes the SDK treat a sign-in token as not expired, so that it asks AWS. */
async function withUnendingToken<T>(chain: readonly Section[], use: () => Promise<T>): Promise<T> {
  const source = chain.at(-1);
  const id = source?.sso_session ?? source?.sso_start_url;
  const token = id === undefined ? null : await getSSOTokenFromFile(id).catch(() => null);
  if (id === undefined || token === null) return use();
  externalDataInterceptor.interceptToken(id, {
    ...token,
    // The SDK compares it with the system's own clock.
    expiresAt: new Date(Date.now() + AN_HOUR_MS).toISOString(),
  });
  try {
    return await use();
  } finally {
    // Other profiles, and later calls, read the file again.
    delete externalDataInterceptor.getTokenRecord()[id];
  }
}

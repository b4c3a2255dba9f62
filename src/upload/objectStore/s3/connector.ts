import type { Problem } from '../../../shared/problem';
import { bareHost } from '../../../lib/bareHost';
import { ObjectStoreError, type ObjectStore, type RateLimiter } from '../objectStore';
import type { AwsProfileView, ProxyView, UploadConfig } from '../../../shared/upload';
import type { Clock, Logger } from '../../../shared/runtime';
import { readCaFile } from './certificateAuthorities';
import { Dialects, type Dialect, type DialectMemory } from './dialect';
import { readErrorFacts } from './errorFacts';
import { presignGet, type LinkLife, type SignedLink, tryLink, type TryLinkOptions } from './presignedLink';
import { isOfProcess, processFailedOffline } from './profiles/profileFailures';
import { listProfiles } from './profiles/listProfiles';
import { ProfileCredentials } from './profiles/profileCredentials';
import { signInStamp } from './profiles/signInStamp';
import { proxyFor, proxySecrets, type Environment } from './proxy/proxyServer';
import { endpointUrl, reachEndpoint } from './reachEndpoint';
import { createS3ObjectStore, isRetryableError } from './S3ObjectStore';
import type { Credentials } from './s3RequestHandler';
import { STALE_CREDENTIALS, type S3ObjectStoreOptions } from './storeClient';
import { connectProven } from './serverProof';

export type ConnectorParts = {
  /** The environment of the app: it names the files of the AWS profiles, and a proxy. */
  env: Environment;
  clock: Clock;
  log: Logger;
  /** Called with every secret that a profile provides or a proxy's address contains. */
  hideSecret: (secret: string) => void;
  /** The bandwidth limit for request bodies. */
  rateLimit?: RateLimiter;
  userAgent?: string;
  timeouts?: S3ObjectStoreOptions['timeouts'];
  /** Where to store what servers refuse. Absent: in memory. */
  dialects?: DialectMemory;
};

type Destination = { endpoint?: string; region: string };

/** Creates connections from the settings, in the same way for uploads, connection tests and links. */
export type Connector = {
  createStore(config: UploadConfig): ObjectStore;
  /**
   * Creates a public download URL for `key` and tests it. `unchecked` says why the test was not possible.
   * @throws ObjectStoreError if the server refuses the link, or if no keys are available
   */
  presign(config: UploadConfig, key: string, life: LinkLife): Promise<SignedLink & { unchecked?: Problem }>;
  /** Forgets what the destination refused, so that everything is tried again. */
  tryAllAgain(config: Destination & { bucket: string }): Promise<void>;
  /** Whether the destination accepts connections now. */
  reach(config: UploadConfig): Promise<boolean>;
  /** The AWS profiles on this computer, by name. */
  listProfiles(): Promise<AwsProfileView[]>;
  /** The proxy for a destination; undefined if there is none, or none that can be used. */
  proxyOf(destination: Destination): ProxyView | undefined;
  /** Changes whenever the user signs in with AWS's tools or edits a profile. */
  signInStamp(): Promise<string>;
  /**
   * Calls `listener` with the name of a profile while requests wait for its keys, and with undefined when the wait is
   * over.
   */
  onAccessWait(listener: (profile: string | undefined) => void): void;
  /** Ends waits for credentials. */
  closeAccess(): void;
};

export function createConnector(parts: ConnectorParts): Connector {
  const { env, clock, rateLimit, timeouts } = parts;
  for (const secret of proxySecrets(env)) parts.hideSecret(secret);
  let tellWait: (profile: string | undefined) => void = () => undefined;
  const profiles = new ProfileCredentials({ ...parts, onWait: (profile) => tellWait(profile) });
  const readCa = ({ caFile }: UploadConfig) => (caFile === undefined ? undefined : readCaFile(caFile));
  const dialects = new Dialects({ now: () => clock.now(), memory: parts.dialects, log: parts.log });
  const reach = async (config: UploadConfig) =>
    config.provesItself
      ? reachProven(config, timeouts?.connectMs)
      : reachEndpoint(config, env, readCa(config));

  function access(config: UploadConfig): S3ObjectStoreOptions['credentials'] {
    const { awsProfile: profile, accessKeyId, secretAccessKey, sessionToken } = config;
    if (profile === undefined) return { accessKeyId, secretAccessKey, sessionToken };
    return async (refused) => {
      try {
        return await profiles.get({ profile, refused, ca: readCa(config) });
      } catch (error) {
        if (!isOfProcess(error) || (await reach(config))) throw error;
        throw processFailedOffline(profile, error);
      }
    };
  }
  function options(config: UploadConfig) {
    const { region, bucket, endpoint, forcePathStyle, awsProfile } = config;
    const { encryption, kmsKeyId, storageClass, objectTags } = config;
    const place = { region, bucket, endpoint, forcePathStyle, awsProfile };
    const attributes = { encryption, kmsKeyId, storageClass, objectTags };
    const speaking = { dialect: dialects.of(config), userAgent: parts.userAgent, now: () => clock.now() };
    return { ...place, ...attributes, credentials: access(config), ...speaking };
  }
  return {
    createStore: (config) =>
      createS3ObjectStore({
        ...{ ...options(config), ca: readCa(config), env, rateLimit, timeouts },
        proofSecret: proofSecretOf(config),
      }),
    async presign(config, key, life) {
      const signing = options(config);
      const { endpoint, bucket, awsProfile } = config;
      const context = { endpoint, bucket, awsProfile, nowMs: clock.now(), clock: signing.dialect.clock };
      const proofSecret = proofSecretOf(config);
      const trying = { context, env, ca: readCa(config), proofSecret };
      return signAndTry(signing, key, life, trying);
    },
    tryAllAgain: (config) => dialects.of(config).forget(),
    reach,
    listProfiles: () => listProfiles(env),
    proxyOf: (destination) => viewProxy(destination, env),
    signInStamp: () => signInStamp(env),
    onAccessWait: (listener) => void (tellWait = listener),
    closeAccess: () => profiles.close(),
  };
}

/** A local bucket proves that it holds the secret. */
function proofSecretOf({ provesItself, secretAccessKey }: UploadConfig): string | undefined {
  return provesItself ? secretAccessKey : undefined;
}

async function reachProven(config: UploadConfig, patienceMs = 3000): Promise<boolean> {
  const { hostname, port } = endpointUrl(config);
  try {
    const place = { host: bareHost(hostname), port: Number(port) || 80 };
    (await connectProven(place, config.secretAccessKey, AbortSignal.timeout(patienceMs))).destroy();
    return true;
  } catch {
    // Not reachable, or not the local bucket: the upload itself will report that.
    return false;
  }
}

type Signing = Parameters<typeof presignGet>[0] & { dialect: Dialect };
type SentLink = { named: boolean; clockOffsetMs: number | undefined; hasSource: boolean };
type LinkMend = 'clock' | 'name' | 'credentials';

/**
 * Signs a link and tests it. After a refusal, corrects each possible cause once: the clock, the file name and the keys.
 */
async function signAndTry(
  { dialect, ...signing }: Signing,
  key: string,
  life: LinkLife,
  trying: TryLinkOptions,
): Promise<SignedLink & { unchecked?: Problem }> {
  const mended = new Set<LinkMend>();
  await dialect.ready();
  const hasSource = typeof signing.credentials === 'function';
  let refused: Credentials | undefined;
  for (;;) {
    const named = dialect.takes('namedDownloads') && !mended.has('name');
    const clockOffsetMs = dialect.clock.offsetMs;
    const how = { named, clockOffsetMs, refused };
    const { credentials, ...link } = await presignGet(signing, key, life, how);
    try {
      await tryLink(link.url, trying);
      if (mended.has('name')) await dialect.refuses('namedDownloads');
      return link;
    } catch (error) {
      if (!(error instanceof ObjectStoreError)) throw error;
      if (isRetryableError(error)) return { ...link, unchecked: error.problem };
      const mend = findLinkMend(
        error,
        { named, clockOffsetMs, hasSource },
        dialect,
        trying.context.nowMs,
        mended,
      );
      if (!mend) throw error;
      mended.add(mend);
      if (mend === 'credentials') refused = credentials;
    }
  }
}

/** The next possible cause of a refused link that has not been corrected yet. */
function findLinkMend(
  refusal: ObjectStoreError,
  sent: SentLink,
  dialect: Dialect,
  nowMs: number,
  mended: ReadonlySet<LinkMend>,
): LinkMend | undefined {
  const { headers, meantStatus = 0 } = readErrorFacts(refusal.cause);
  if ([400, 403].includes(meantStatus) && !mended.has('clock')) {
    dialect.clock.learn(headers.date, nowMs);
    if (dialect.clock.offsetMs !== sent.clockOffsetMs) return 'clock';
  }
  if ([400, 501].includes(meantStatus) && sent.named) return 'name';
  const mayBeStale = sent.hasSource && !mended.has('credentials');
  return mayBeStale && STALE_CREDENTIALS.test(refusal.problem.code) ? 'credentials' : undefined;
}

function viewProxy(destination: Destination, env: Environment): ProxyView | undefined {
  try {
    const { protocol, hostname, port } = endpointUrl(destination);
    const proxy = proxyFor({ protocol, hostname, port: Number(port) || undefined }, env);
    return proxy ? { name: proxy.name, variable: proxy.variable } : undefined;
  } catch {
    // An unusable proxy, or invalid settings, are reported when they are needed.
    return undefined;
  }
}

import type { AwsProfileView, Clock, Logger, ObjectStore, Pace, ProxyView, UploadConfig } from '../types';
import { readCaFile } from './caFile';
import { presignGet, type LinkLife } from './presignGet';
import { isOfProcess, processFailedOffline } from './profiles/profileFailures';
import { listProfiles } from './profiles/listProfiles';
import { ProfileCredentials } from './profiles/profileCredentials';
import { signInStamp } from './profiles/signInStamp';
import { proxyFor, proxySecrets, type Environment } from './proxy/proxyServer';
import { endpointUrl, reachEndpoint } from './reachEndpoint';
import { createS3ObjectStore } from './S3ObjectStore';
import type { S3ObjectStoreOptions } from './storeClient';

export type ConnectorParts = {
  /** The environment the app was started with: it names the files of the AWS profiles, and a proxy. */
  env: Environment;
  clock: Clock;
  log: Logger;
  /** Told of every secret that a profile gives or the address of a proxy holds. */
  hideSecret: (secret: string) => void;
  /** What bodies are held to. */
  pace?: Pace;
  userAgent?: string;
  timeouts?: S3ObjectStoreOptions['timeouts'];
};

type Destination = { endpoint?: string; region: string };

/** How the settings become a connection: one way for uploads, for tests of the connection and for links. */
export type Connector = {
  createStore(config: UploadConfig): ObjectStore;
  /** A URL with which anybody can download `key`. Nothing is sent to the bucket. */
  presign(config: UploadConfig, key: string, life: LinkLife): Promise<string>;
  /** Whether the destination takes connections now. */
  reach(config: UploadConfig): Promise<boolean>;
  /** The AWS profiles on this computer, by name. */
  listProfiles(): Promise<AwsProfileView[]>;
  /** The proxy on the way to a destination; undefined where there is none, or none that can be used. */
  proxyOf(destination: Destination): ProxyView | undefined;
  /** Changes whenever somebody signs in with AWS's tools, or changes a profile. */
  signInStamp(): Promise<string>;
  /** Ends waits for credentials. */
  closeAccess(): void;
};

export function createConnector(parts: ConnectorParts): Connector {
  const { env, clock, pace, timeouts } = parts;
  for (const secret of proxySecrets(env)) parts.hideSecret(secret);
  const profiles = new ProfileCredentials(parts);
  const readCa = ({ caFile }: UploadConfig) => (caFile === undefined ? undefined : readCaFile(caFile));
  const reach = async (config: UploadConfig) => reachEndpoint(config, env, readCa(config));

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
    const place = { region, bucket, endpoint, forcePathStyle, awsProfile };
    return { ...place, credentials: access(config), userAgent: parts.userAgent, now: () => clock.now() };
  }
  return {
    createStore: (config) =>
      createS3ObjectStore({ ...options(config), ca: readCa(config), env, pace, timeouts }),
    presign: (config, key, life) => presignGet(options(config), key, life),
    reach,
    listProfiles: () => listProfiles(env),
    proxyOf: (destination) => viewProxy(destination, env),
    signInStamp: () => signInStamp(env),
    closeAccess: () => profiles.close(),
  };
}

function viewProxy(destination: Destination, env: Environment): ProxyView | undefined {
  try {
    const { protocol, hostname, port } = endpointUrl(destination);
    const proxy = proxyFor({ protocol, hostname, port: Number(port) || undefined }, env);
    return proxy ? { name: proxy.name, variable: proxy.variable } : undefined;
  } catch {
    // One that cannot be used, or settings that need mending, are told of where they are needed.
    return undefined;
  }
}

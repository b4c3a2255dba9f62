import type { AwsProfileView, Clock, Logger, ObjectStore, Pace, UploadConfig } from '../types';
import { readCaFile } from './caFile';
import { presignGet, type LinkLife } from './presignGet';
import { listProfiles } from './profiles/listProfiles';
import { ProfileCredentials } from './profiles/profileCredentials';
import type { Environment } from './profiles/profileFiles';
import { reachEndpoint } from './reachEndpoint';
import { createS3ObjectStore } from './S3ObjectStore';
import type { S3ObjectStoreOptions } from './storeClient';

export type ConnectorParts = {
  /** The environment the app was started with: it names the files of the AWS profiles. */
  env: Environment;
  clock: Clock;
  log: Logger;
  /** Told of every secret that a profile gives. */
  hideSecret: (secret: string) => void;
  /** What bodies are held to. */
  pace?: Pace;
  userAgent?: string;
  timeouts?: S3ObjectStoreOptions['timeouts'];
};

/** How the settings become a connection: one way for uploads, for tests of the connection and for links. */
export type Connector = {
  createStore(config: UploadConfig): ObjectStore;
  /** A URL with which anybody can download `key`. Nothing is sent to the bucket. */
  presign(config: UploadConfig, key: string, life: LinkLife): Promise<string>;
  /** Whether the destination takes connections now. */
  reach(config: UploadConfig): Promise<boolean>;
  /** The AWS profiles on this computer, by name. */
  listProfiles(): Promise<AwsProfileView[]>;
  /** Ends waits for credentials. */
  closeAccess(): void;
};

export function createConnector(parts: ConnectorParts): Connector {
  const { env, clock, pace, timeouts } = parts;
  const profiles = new ProfileCredentials(parts);
  const readCa = ({ caFile }: UploadConfig) => (caFile === undefined ? undefined : readCaFile(caFile));

  function access(config: UploadConfig): S3ObjectStoreOptions['credentials'] {
    const { awsProfile: profile, accessKeyId, secretAccessKey, sessionToken } = config;
    if (profile === undefined) return { accessKeyId, secretAccessKey, sessionToken };
    return async (refused) => profiles.get({ profile, refused, ca: readCa(config) });
  }
  function options(config: UploadConfig) {
    const { region, bucket, endpoint, forcePathStyle, awsProfile } = config;
    const place = { region, bucket, endpoint, forcePathStyle, awsProfile };
    return { ...place, credentials: access(config), userAgent: parts.userAgent, now: () => clock.now() };
  }
  return {
    createStore: (config) => createS3ObjectStore({ ...options(config), ca: readCa(config), pace, timeouts }),
    presign: (config, key, life) => presignGet(options(config), key, life),
    reach: reachEndpoint,
    listProfiles: () => listProfiles(env),
    closeAccess: () => profiles.close(),
  };
}

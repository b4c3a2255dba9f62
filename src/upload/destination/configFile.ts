import * as z from 'zod/mini';
import { count, details, intBetween, line, name, record } from '../../shared/bounds';
import {
  encryptionSchema,
  MAX_PART_SIZE_BYTES,
  secretStorageSchema,
  type SecretStorage,
} from '../../shared/upload';
import type { Migration } from '../../lib/jsonFile';
import { SecretLocked, type SecretBox } from '../../shared/runtime';
import type { StoredConfig, ValidatedConfig } from './configRules';

const CONFIG_VERSION = 2;

/** `upload-config.json`. `secrets` holds only ciphertext (base64), and is empty with `session-only`. */
export const configFileSchema = z.object({
  version: z.literal(CONFIG_VERSION),
  bucket: name,
  region: name,
  keyPrefix: line,
  accessKeyId: line,
  awsProfile: z.optional(line),
  maxRetries: count,
  partSizeBytes: intBetween(1, MAX_PART_SIZE_BYTES),
  endpoint: z.optional(line),
  forcePathStyle: z.optional(z.boolean()),
  allowHttp: z.optional(z.boolean()),
  maxBytesPerSecond: z.optional(intBetween(1, Number.MAX_SAFE_INTEGER)),
  caFile: z.optional(line),
  encryption: z.optional(encryptionSchema),
  kmsKeyId: z.optional(line),
  storageClass: z.optional(line),
  objectTags: z.optional(record(name, line, 100)),
  provesItself: z.optional(z.boolean()),
  secrets: z.object({
    storage: secretStorageSchema,
    secretAccessKey: z.optional(details),
    sessionToken: z.optional(details),
  }),
});
export type ConfigFile = z.infer<typeof configFileSchema>;

/** Version 1 accepted parts of up to 5 GiB, and sent them in pieces of 128 MiB. */
const migrations: readonly Migration[] = [
  {
    from: 1,
    migrate: (old) => ({ ...old, partSizeBytes: Math.min(Number(old.partSizeBytes), MAX_PART_SIZE_BYTES) }),
  },
];

export const configFileSpec = {
  what: 'upload settings',
  version: CONFIG_VERSION,
  schema: configFileSchema,
  migrations,
};

/** Converts a configuration to its file: secrets as ciphertext, or omitted. A profile has no secrets. */
export async function toConfigFile(
  { secretAccessKey, sessionToken, ...open }: ValidatedConfig,
  storage: SecretStorage,
  box: SecretBox,
): Promise<ConfigFile> {
  if (storage === 'session-only' || open.awsProfile !== undefined)
    return { version: CONFIG_VERSION, ...open, secrets: { storage } };
  const secrets = {
    storage,
    secretAccessKey: await box.encrypt(secretAccessKey),
    sessionToken: sessionToken === undefined ? undefined : await box.encrypt(sessionToken),
  };
  return { version: CONFIG_VERSION, ...open, secrets };
}

/**
 * Reads the configuration with its secrets. If `box` cannot decrypt them, they are absent and `onUnreadable` is called;
 * if the keychain is locked, `locked` is set instead.
 */
export async function fromConfigFile(
  { version: _version, secrets, ...open }: ConfigFile,
  box: SecretBox,
  onUnreadable: (cause: unknown) => void,
): Promise<StoredConfig> {
  try {
    const [secretAccessKey, sessionToken] = await Promise.all([
      decrypt(secrets.secretAccessKey, box),
      decrypt(secrets.sessionToken, box),
    ]);
    return { ...open, secretAccessKey, sessionToken };
  } catch (cause) {
    onUnreadable(cause);
    if (!(cause instanceof SecretLocked)) return open;
    return { ...open, locked: { sessionToken: secrets.sessionToken !== undefined } };
  }
}

async function decrypt(cipher: string | undefined, box: SecretBox): Promise<string | undefined> {
  return cipher === undefined ? undefined : box.decrypt(cipher);
}

import type { AppError } from '../../shared/appError';
import type { UploadConfig } from '../../shared/upload';
import type { Clock, Random } from '../../shared/runtime';
import { askedOnce } from '../askedOnce';
import { StoreFailure, type ObjectStore } from '../objectStore/objectStore';
import type { StorePool } from '../objectStore/storePool';
import { encryptionDemanded } from '../uploadFailures';
import type { CapabilityMemory } from './capabilityMemory';
import { testDestination } from './learnCapabilities';
import { bucketInPathOf, takesWrites, type Probe } from './probe';

/** `suggestedEndpoint`: the address that the server named as its own, over https. */
export type CredentialsVerdict = {
  valid: boolean;
  error?: AppError;
  warnings?: string[];
  suggestedEndpoint?: string;
};

type Parts = {
  stores: StorePool;
  capabilities: CapabilityMemory;
  clock: Clock;
  random: Random;
  /** The part size that an upload to this destination would use. */
  partSizeBytes: number;
};

const WITHOUT_METADATA =
  'The server keeps no metadata with files: the app recognises its uploads by their content. Uploads work.';

const UNDELETABLE =
  'These credentials may write but not delete: a small test file stays in the bucket each time. Uploads work.';

/** Writes, reads and deletes a probe under the prefix, and makes one multipart upload. */
export async function checkCredentials(
  parts: Parts,
  config: UploadConfig,
  signal?: AbortSignal,
): Promise<CredentialsVerdict> {
  const { stores, capabilities, clock, random, partSizeBytes } = parts;
  const key = `${config.keyPrefix}.session-recorder-probe-${random.hex(8)}`;
  const token = random.uuid();
  const bucketInPath = bucketInPathOf(config);
  const probeAt = (store: ObjectStore) => ({ store, key, token, bucketInPath, signal });
  try {
    return await stores.use(config, async (store) => {
      const learning = { memory: capabilities, config, now: () => clock.now(), probe: probeAt(store) };
      const found = await testDestination(learning, partSizeBytes);
      const warnings = [
        ...(found.undeletable ? [UNDELETABLE] : []),
        ...(found.keepsMetadata ? [] : [WITHOUT_METADATA]),
      ];
      return { valid: true, warnings: warnings.length > 0 ? warnings : undefined };
    });
  } catch (error) {
    const demanded = await findEncryption(stores, config, error, probeAt);
    const suggestedEndpoint = error instanceof StoreFailure ? error.suggestedEndpoint : undefined;
    return { valid: false, error: askedOnce(demanded ?? error), suggestedEndpoint };
  }
}

/** A bucket policy may deny unencrypted objects without naming the cause. Trying tells which encryption it takes. */
async function findEncryption(
  stores: StorePool,
  config: UploadConfig,
  error: unknown,
  probeAt: (store: ObjectStore) => Probe,
): Promise<StoreFailure | undefined> {
  const isDenied = error instanceof StoreFailure && error.error.code === 'AccessDenied';
  if (!isDenied || config.encryption !== undefined) return undefined;
  for (const encryption of [undefined, 'sse-s3', 'sse-kms'] as const) {
    if (!(await stores.use({ ...config, encryption }, (store) => takesWrites(probeAt(store))))) continue;
    // Without encryption: another right was denied, or the denial has passed.
    return encryption && encryptionDemanded(encryption, error);
  }
  return undefined;
}

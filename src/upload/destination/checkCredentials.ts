import type { Problem } from '../../shared/problem';
import type { DestinationWarning, UploadConfig } from '../../shared/upload';
import type { Clock, Random } from '../../shared/runtime';
import { ObjectStoreError, type ObjectStore } from '../objectStore/objectStore';
import type { StorePool } from '../objectStore/storePool';
import { encryptionDemanded, unforeseen } from '../uploadFailures';
import type { CapabilityMemory } from './capabilityMemory';
import { testDestination } from './learnCapabilities';
import { bucketInPathOf, takesWrites, type Probe } from './probe';

export type CredentialsVerdict =
  { valid: true; warnings: DestinationWarning[] } | { valid: false; problem: Problem };

type Parts = {
  stores: StorePool;
  capabilities: CapabilityMemory;
  clock: Clock;
  random: Random;
  /** The part size that an upload to this destination would use. */
  partSizeBytes: number;
};

/** Writes, reads and deletes a probe object under the prefix, and runs one multipart upload. */
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
      const warnings: DestinationWarning[] = [];
      if (found.undeletable) warnings.push('undeletable');
      if (!found.keepsMetadata) warnings.push('no-metadata');
      return { valid: true, warnings };
    });
  } catch (error) {
    const failure = (await findEncryption(stores, config, error, probeAt)) ?? error;
    return {
      valid: false,
      problem: (failure instanceof ObjectStoreError ? failure : unforeseen(failure)).problem,
    };
  }
}

/**
 * A bucket policy may deny unencrypted objects without naming the cause. A test write shows which encryption it
 * accepts.
 */
async function findEncryption(
  stores: StorePool,
  config: UploadConfig,
  error: unknown,
  probeAt: (store: ObjectStore) => Probe,
): Promise<ObjectStoreError | undefined> {
  const isDenied = error instanceof ObjectStoreError && error.problem.code === 'AccessDenied';
  if (!isDenied || config.encryption !== undefined) return undefined;
  for (const encryption of [undefined, 'sse-s3', 'sse-kms'] as const) {
    if (!(await stores.use({ ...config, encryption }, (store) => takesWrites(probeAt(store))))) continue;
    // A write without encryption succeeds: another permission was denied, or the denial has passed.
    return encryption && encryptionDemanded(encryption, error);
  }
  return undefined;
}

import type { ObjectStore } from '../objectStore';
import { listOperations } from './listOperations';
import { multipartOperations } from './multipartOperations';
import { objectOperations } from './objectOperations';
import { StoreClient, type S3ObjectStoreOptions } from './storeClient';

export type { S3ObjectStoreOptions } from './storeClient';
export { classifyError, isRetryableError } from './classifyError';

/** One bucket of any S3-compatible server, over HTTP. See `ObjectStore` for the contract. */
export function createS3ObjectStore(options: S3ObjectStoreOptions): ObjectStore {
  const client = new StoreClient(options);
  return {
    ...objectOperations(client),
    ...multipartOperations(client),
    ...listOperations(client),
    close: () => client.close(),
  };
}

import { describe, it } from 'vitest';
import type { KnownExceptions } from '../servers/exceptions';
import { describeObjectStore } from './objectStore.contract';
import { s3Fixture, type Destination } from './storeFixture';

/**
 * The contract over a server that somebody else started (`npm run test:servers` does) and described in the environment:
 * JSON with endpoint, region, bucket, accessKeyId, secretAccessKey.
 */
export function describeObjectStoreOverServer(name: string, variable: string, known: KnownExceptions): void {
  const described = process.env[variable];
  if (described) {
    const server = JSON.parse(described) as Destination;
    describeObjectStore(name, () => s3Fixture(server), { known });
    return;
  }
  describe(`ObjectStore over ${name}`, () => {
    it.skip(`left out: ${name} is not running; "npm run test:servers" starts it`);
  });
}

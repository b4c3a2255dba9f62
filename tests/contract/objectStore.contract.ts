import { describe } from 'vitest';
import type { KnownExceptions } from '../servers/exceptions';
import { describeMultipart } from './objectStoreMultipart.contract';
import { describeObjects } from './objectStoreObjects.contract';
import { describeCancelling, describeRefusals } from './objectStoreRefusals.contract';
import type { StoreFixture } from './storeFixture';

/**
 * The promises of the `ObjectStore` port, for every implementation of it. Where a server is known to behave otherwise,
 * `known` says what it does instead, and the suite holds it to that: a server that was mended is noticed. Refusals of
 * credentials and addresses are asked only of what has a server behind it.
 */
export function describeObjectStore(
  name: string,
  makeFixture: () => Promise<StoreFixture>,
  { known = {}, hasServer = true }: { known?: KnownExceptions; hasServer?: boolean } = {},
): void {
  describe(`ObjectStore over ${name}`, () => {
    const context = { makeFixture, known };
    describeObjects(context);
    describeMultipart(context);
    describeCancelling(context);
    if (hasServer) describeRefusals(context);
  });
}

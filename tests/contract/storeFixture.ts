import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect } from 'vitest';
import { createS3ObjectStore } from '../../src/upload/objectStore/s3/S3ObjectStore';
import { ObjectStoreError, type ObjectStore } from '../../src/upload/objectStore/objectStore';
import type { Behaviour, KnownExceptions } from '../servers/exceptions';

/** What a test may change about how the store reaches the server. */
export type StoreSettings = Partial<
  Record<'accessKeyId' | 'secretAccessKey' | 'bucket' | 'region' | 'endpoint', string>
>;

/**
 * One implementation under test. `prefix` is fresh for each fixture, so that suites can share a bucket.
 * `reach` makes another store to the same server with other settings; absent where there is no server.
 */
export type StoreFixture = {
  store: ObjectStore;
  prefix: string;
  reach?: (settings: StoreSettings) => ObjectStore;
  close(): Promise<void>;
};

/** A server that is running, and the keys to it. */
export type Destination = {
  endpoint: string;
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
};

export type SuiteContext = {
  makeFixture: () => Promise<StoreFixture>;
  known: KnownExceptions;
};

/** One fixture for a whole describe block. */
export function useFixture(context: SuiteContext): () => StoreFixture {
  let fixture: StoreFixture;
  beforeAll(async () => {
    fixture = await context.makeFixture();
  });
  afterAll(() => fixture.close());
  return () => fixture;
}

/** Holds an outcome to the promise, or to the known exception from it. */
export function expectOutcome(
  context: SuiteContext,
  behaviour: Behaviour,
  actual: unknown,
  promised: unknown,
) {
  const exception = context.known[behaviour];
  if (exception) expect(actual, `known exception: ${exception.why}`).toEqual(exception.instead);
  else expect(actual).toEqual(promised);
}

/** `verdict code` of a failure, or `ok`. */
export async function outcomeOf(run: Promise<unknown>): Promise<string> {
  try {
    await run;
    return 'ok';
  } catch (error) {
    if (!(error instanceof ObjectStoreError)) throw error;
    return `${error.verdict} ${error.problem.code}`;
  }
}

/** `verdict` of a failure, or `ok`. */
export async function verdictOf(run: Promise<unknown>): Promise<string> {
  return (await outcomeOf(run)).split(' ')[0]!;
}

/** S3ObjectStore over a running server. */
export async function s3Fixture(server: Destination, close = async () => {}): Promise<StoreFixture> {
  const opened: ObjectStore[] = [];
  const reach = (settings: StoreSettings): ObjectStore => {
    const { accessKeyId, secretAccessKey, ...place } = { ...server, ...settings };
    const credentials = { accessKeyId, secretAccessKey };
    const store = createS3ObjectStore({ ...place, credentials, forcePathStyle: true, now: Date.now });
    opened.push(store);
    return store;
  };
  const store = reach({});
  const closeAll = async () => {
    for (const one of opened) one.close();
    await close();
  };
  return { store, reach, prefix: `contract/${randomUUID()}/`, close: closeAll };
}

export async function readAll(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

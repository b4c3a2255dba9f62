import { expect, onTestFinished, test } from 'vitest';
import { startLocalBucket } from '../../../local-bucket/localBucket';
import { createS3ObjectStore } from '../../../src/upload/objectStore/s3/S3ObjectStore';
import { checkBucket } from '../../../src/main/upload/bucketCheck';
import { TOKEN_METADATA } from '../../../src/upload/transfer/judgeObject';
import type { BucketCheck, UploadConfig, UploadedObject } from '../../../src/shared/upload';
import { FakeClock } from '../../fakes/FakeClock';
import { MemoryObjectStore } from '../../fakes/MemoryObjectStore';
import { storeFailure } from '../../fakes/storeFaults';
import { KEY, makeTempDir, testConfig } from './support';

const uploadToken = 'the-token-of-then';
const metadata = { [TOKEN_METADATA]: uploadToken };
const upload = { body: Buffer.from('a bundle'), contentType: 'application/zip', metadata };

/** A bucket with an uploaded object of this body, and the question after it. */
async function uploaded(store = new MemoryObjectStore(), body = upload.body) {
  const { etag } = await store.putObject({ ...upload, body, key: KEY });
  const clock = new FakeClock();
  const object: UploadedObject = {
    ...{ bucket: 'recordings', key: KEY, uploadToken, size: body.length, etag, verifiedAt: 0 },
  };
  const config = { requireWithSecret: async () => testConfig };
  const check = () => checkBucket(object, { createStore: () => store, config, clock });
  const spoilt = (failure: ReturnType<typeof storeFailure>) => {
    store.faults.add({ on: { operation: 'getObject' }, when: 'before', failure });
    return check();
  };
  const reads = () => store.calls.filter(({ operation }) => operation === 'getObject').length;
  return { store, clock, check, spoilt, reads };
}

test('a byte is read of what is said to be still there; of an empty object there is none', async () => {
  const { check, reads } = await uploaded();
  expect(await check()).toMatchObject({ found: 'same', sizeBytes: 8 });
  expect(reads()).toBe(1);
  const empty = await uploaded(undefined, Buffer.alloc(0));
  expect(await empty.check()).toMatchObject({ found: 'same', sizeBytes: 0 });
  expect(empty.reads()).toBe(0);
});

test('what a HEAD still names and a GET does not find is gone', async () => {
  const { spoilt } = await uploaded();
  const missing = storeFailure('needs-user', 'NoSuchKey', { httpStatus: 404 });
  expect(await spoilt(missing)).toMatchObject({ found: 'gone' });
});

test('what is named and cannot be read is never said to be there', async () => {
  const { spoilt, store, clock, check } = await uploaded();
  for (const failure of [
    storeFailure('retry', 'InternalError', { httpStatus: 500 }),
    storeFailure('retry', 'ECONNRESET'),
    storeFailure('needs-user', 'InvalidRange', { httpStatus: 416 }),
  ]) {
    const answer = await spoilt(failure);
    expect(answer).toMatchObject({ found: 'unknown', error: { code: 'NotReadable' } });
    expect(answer.error?.message).toMatch(/could not be verified: (s3\.test|The connection to s3\.test)/);
  }
  const denied = storeFailure('needs-user', 'AccessDenied', { httpStatus: 403 });
  expect(await spoilt(denied)).toMatchObject({ found: 'unknown', error: { code: 'NotTold' } });
  const asked = Promise.withResolvers<void>();
  store.faults.add({ on: { operation: 'getObject' }, when: 'hang', onReached: asked.resolve });
  const hanging = check();
  await asked.promise;
  clock.advance(10_000);
  expect(await hanging).toMatchObject({ found: 'unknown', error: { code: 'NoAnswer' } });
});

test.each(['another ETag', 'another token', 'nothing'])(
  'a read that gives %s than was named is no sign that it is there',
  async (how) => {
    class Stale extends MemoryObjectStore {
      override async getObject(input: { key: string }) {
        const read = await super.getObject(input);
        if (how === 'another ETag') return { ...read, etag: '"another"' };
        if (how === 'another token') return { ...read, metadata: { [TOKEN_METADATA]: 'another' } };
        return { ...read, body: (async function* () {})() };
      }
    }
    const { check } = await uploaded(new Stale());
    expect(await check()).toMatchObject({ found: 'unknown', error: { code: 'NotReadable' } });
  },
);

test.each(['a weak ETag', 'no ETag', 'no metadata'])(
  'a read that gives %s is no other object',
  async (how) => {
    class Proxied extends MemoryObjectStore {
      override async getObject(input: { key: string }) {
        const read = await super.getObject(input);
        if (how === 'a weak ETag') return { ...read, etag: `W/${read.etag}` };
        if (how === 'no ETag') return { ...read, etag: undefined };
        return { ...read, metadata: {} };
      }
    }
    const { check } = await uploaded(new Proxied());
    expect(await check()).toMatchObject({ found: 'same' });
  },
);

test('a HEAD that gives a weak ETag names the same object', async () => {
  class Proxied extends MemoryObjectStore {
    override async headObject(input: { key: string }) {
      const head = await super.headObject(input);
      return head && { ...head, checksum: undefined, etag: `W/${head.etag}` };
    }
  }
  const { check } = await uploaded(new Proxied());
  expect(await check()).toMatchObject({ found: 'same' });
});

test('where the server broke off, nothing is said to be tried again by itself', async () => {
  const { store, check } = await uploaded();
  const failure = storeFailure('retry', 'ECONNRESET');
  store.faults.add({ on: { operation: 'headObject' }, when: 'before', failure });
  expect((await check()).error).toMatchObject({ code: 'ECONNRESET', action: 'Try again in a while.' });
});

/** A real server with the object, asked with other settings than it was uploaded with. */
async function serverWithUpload() {
  const server = await startLocalBucket({ dir: await makeTempDir() });
  onTestFinished(() => server.close());
  const { endpoint, region, bucket, accessKeyId, secretAccessKey } = server;
  const right = { ...testConfig, endpoint, region, bucket, accessKeyId, secretAccessKey };
  const createStore = ({ accessKeyId, secretAccessKey, ...rest }: UploadConfig) =>
    createS3ObjectStore({
      ...{ ...rest, forcePathStyle: true, now: () => Date.now() },
      credentials: { accessKeyId, secretAccessKey },
    });
  const store = createStore(right);
  const { etag } = await store.putObject({ ...upload, key: KEY });
  store.close();
  const object: UploadedObject = {
    ...{ endpoint, bucket, key: KEY, uploadToken, size: upload.body.length, etag, verifiedAt: 0 },
  };
  const check = (change: Partial<UploadConfig> = {}): Promise<BucketCheck> => {
    const config = { requireWithSecret: async () => ({ ...right, ...change }) };
    return checkBucket(object, { createStore, config, clock: new FakeClock() });
  };
  return { server, check };
}

test('a wrong secret and an unknown key are named, which a reply to HEAD cannot', async () => {
  const { check } = await serverWithUpload();
  expect(await check()).toMatchObject({ found: 'same' });
  const wrong = await check({ secretAccessKey: 'wrong' });
  expect(wrong).toMatchObject({ found: 'unknown', error: { code: 'SignatureDoesNotMatch' } });
  expect(wrong.error?.message).toBe('The secret access key does not match this access key ID.');
  const nobody = await check({ accessKeyId: 'AKIDNOBODY' });
  expect(nobody).toMatchObject({ found: 'unknown', error: { code: 'InvalidAccessKeyId' } });
});

test('a refusal for want of rights is told as one, by what the GET was refused with', async () => {
  const { server, check } = await serverWithUpload();
  const action = { kind: 'status', status: 403, code: 'AccessDenied' } as const;
  for (const operation of ['HeadObject', 'GetObject'] as const)
    server.faults.add({ match: { operation }, action });
  expect(await check()).toMatchObject({
    found: 'unknown',
    error: { code: 'NotTold', details: expect.stringContaining('GetObject') as string },
  });
});

test('an archived object is said to be one', async () => {
  const { server, check } = await serverWithUpload();
  const action = { kind: 'status', status: 403, code: 'InvalidObjectState' } as const;
  server.faults.add({ match: { operation: 'GetObject' }, action });
  const { found, error } = await check();
  expect(found).toBe('unknown');
  expect(error?.message).toMatch(/archived/);
});

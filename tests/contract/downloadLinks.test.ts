import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { startLocalBucket, type LocalBucket } from '../../local-bucket/localBucket';
import { createConnector } from '../../src/upload/objectStore/s3/connector';
import type { ObjectStoreError } from '../../src/upload/objectStore/objectStore';
import type { UploadConfig } from '../../src/shared/upload';
import { CredentialProcess } from '../fakes/CredentialProcess';
import { FakeClock } from '../fakes/FakeClock';
import { s3Error } from '../fakes/Gateway';
import { makeTempDir, quietLog, testConfig } from '../main/upload/support';
import { gatewayBench } from './gatewayBench';
import { wordsOf } from '../wordsOf';

const KEY = 'sessions/a/a.zip';
const HOUR_MS = 3_600_000;
const inAnHour = () => ({ signedAtMs: Math.floor(Date.now() / 1000) * 1000, expiresInSeconds: 3600 });

let bucket: LocalBucket;
beforeEach(async () => {
  bucket = await startLocalBucket({ dir: await makeTempDir() });
  onTestFinished(() => bucket.close());
});

/** The app's way to the bucket, in which one object stands. */
async function open(change: Partial<UploadConfig> = {}, env: Record<string, string> = {}) {
  const { endpoint, region, accessKeyId, secretAccessKey } = bucket;
  const right = { ...testConfig, endpoint, region, accessKeyId, secretAccessKey, bucket: bucket.bucket };
  const config = { ...right, forcePathStyle: true };
  const connector = createConnector({
    ...{ env, clock: new FakeClock(Date.now()), log: quietLog, hideSecret: () => undefined },
  });
  const store = connector.createStore(config);
  await store.putObject({ key: KEY, body: Buffer.from('a bundle'), contentType: 'application/zip' });
  store.close();
  const sign = (key = KEY) => connector.presign({ ...config, ...change }, key, inAnHour());
  const refusal = (key?: string) =>
    sign(key).then(() => expect.unreachable('the link was handed out'), wordsOf);
  return { sign, refusal };
}

test('a link is tried out before it is handed out, and gives the whole object', async () => {
  const { sign } = await open();
  const link = await sign();
  expect(link).toEqual({ url: expect.stringContaining(KEY) as string, keysEndAt: undefined });
  expect(bucket.log.of('GetObject')).toHaveLength(1);
  expect(await (await fetch(link.url)).text()).toBe('a bundle');
  // Nothing but its own signature holds a link to its end.
  expect(new URL(link.url).searchParams.get('X-Amz-Expires')).toBe('3600');
});

test.each([
  ['a wrong secret', { secretAccessKey: 'not-the-secret' }, 'SignatureDoesNotMatch'],
  ['an unknown key', { accessKeyId: 'AKIDNOBODY' }, 'InvalidAccessKeyId'],
  ['a bucket that is gone', { bucket: 'no-such-bucket' }, 'NoSuchBucket'],
])('with %s none is handed out, and the cause is named', async (_name, change, code) => {
  const { refusal } = await open(change);
  expect((await refusal()).code).toBe(code);
});

test('to an object that is gone none is handed out', async () => {
  const { refusal } = await open();
  expect(await refusal('sessions/gone.zip')).toMatchObject({
    code: 'NoSuchKey',
    message: 'The object is not in the bucket.',
  });
});

test('where the server takes no connections the link is handed out, and said to be untried', async () => {
  const { sign } = await open();
  await bucket.close();
  const { url, unchecked } = await sign();
  expect(url).toContain('X-Amz-Signature=');
  expect(unchecked?.facts.kind).toBe('connection-refused');
});

test('a link of a profile is known to end with its keys; keys that were replaced are asked for anew', async () => {
  const program = await CredentialProcess.make();
  onTestFinished(() => program.remove());
  const endMs = Math.floor((Date.now() + HOUR_MS / 2) / 1000) * 1000;
  const issue = () => ({ keys: bucket.keys.issue(endMs), expiresAtMs: endMs });
  const [old, current] = [issue(), issue()];
  await program.answer(old, current);
  const { sign } = await open({ awsProfile: 'team' }, program.env);
  expect((await sign()).keysEndAt).toBe(endMs);
  bucket.keys.expire(old.keys.accessKeyId);
  const { url } = await sign();
  expect((await fetch(url)).status).toBe(200);
  expect(await program.asked()).toBe(2);
});

test('a server whose clock swings is asked for a link twice and no more', async () => {
  let hours = 0;
  const bench = await gatewayBench({
    answer: () => {
      hours += 1;
      const { headers, ...rest } = s3Error(403, 'AccessDenied');
      return { ...rest, headers: { ...headers, date: new Date(Date.now() + hours * HOUR_MS).toUTCString() } };
    },
  });
  const signing = bench.connector.presign(bench.config, KEY, inAnHour());
  await expect(signing).rejects.toMatchObject({ problem: { code: 'AccessDenied' } });
  expect(bench.seen).toHaveLength(2);
});

test('links that are refused together for the clock all work', async () => {
  const ahead = { now: () => Date.now() + 2 * HOUR_MS };
  const both = Promise.withResolvers<void>();
  let asked = 0;
  const bench = await gatewayBench(
    {
      async answer() {
        asked += 1;
        if (asked === 2) both.resolve();
        await both.promise;
        return undefined;
      },
      change: (_request, { headers }) => void (headers.date = new Date(ahead.now()).toUTCString()),
    },
    { bucket: ahead },
  );
  const sign = () => bench.connector.presign(bench.config, KEY, inAnHour());
  const codes = await Promise.all(
    [sign(), sign()].map((link) => link.catch((e: ObjectStoreError) => e.problem.code)),
  );
  expect(codes).toEqual(['NoSuchKey', 'NoSuchKey']);
  expect(bench.seen).toHaveLength(4);
});

test('where a link is refused with and without a name, later links keep the name', async () => {
  const program = await CredentialProcess.make();
  onTestFinished(() => program.remove());
  let refuses = true;
  const answer = () => (refuses ? s3Error(400, 'ExpiredToken') : undefined);
  const bench = await gatewayBench({ answer }, { parts: { env: program.env } });
  const endMs = Date.now() + HOUR_MS / 2;
  const issue = () => ({ keys: bench.bucket.keys.issue(endMs), expiresAtMs: endMs });
  await program.answer(issue(), issue());
  const sign = (key: string) =>
    bench.connector.presign({ ...bench.config, awsProfile: 'team' }, key, inAnHour());
  await expect(sign('k')).rejects.toMatchObject({ problem: { code: 'ExpiredToken' } });
  refuses = false;
  await (await bench.uploadOf(1000)).upload.run();
  const [key] = await bench.keys();
  expect((await sign(key!)).url).toContain('response-content-disposition');
});

import { randomBytes } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startLocalBucket, type FaultAction, type LocalBucket } from '../../local-bucket/localBucket';
import { Dialect } from '../../src/upload/objectStore/s3/dialect';
import {
  createS3ObjectStore,
  isRetryableError,
  type S3ObjectStoreOptions,
} from '../../src/upload/objectStore/s3/S3ObjectStore';
import type { ObjectStore, ObjectStoreError, Verdict } from '../../src/upload/objectStore/objectStore';
import { md5Hex } from '../fakes/bodyChecksums';
import { readAll } from './storeFixture';
import { wordsOf } from '../wordsOf';

const MIB = 1024 * 1024;
const contentType = 'application/zip';
/** For servers that never answer. Elsewhere a busy machine could be taken for one. */
const impatient = { timeouts: { stallMs: 300 } };

describe('what a failure on the wire becomes', () => {
  let bucket: LocalBucket;
  let dir: string;
  let clockOffMs = 0;
  const stores: ObjectStore[] = [];

  beforeAll(async () => {
    dir = await mkdtemp(path.join(os.tmpdir(), 'store-failures-'));
    bucket = await startLocalBucket({ dir, now: () => Date.now() - clockOffMs });
  });
  afterEach(() => {
    clockOffMs = 0;
    bucket.faults.clear();
    bucket.log.clear();
    bucket.throttle.bytesPerSecond = null;
  });
  afterAll(async () => {
    for (const store of stores) store.close();
    await bucket.close();
    await rm(dir, { recursive: true });
  });

  function open(more: Partial<S3ObjectStoreOptions> = {}): ObjectStore {
    const { endpoint, region, accessKeyId, secretAccessKey } = bucket;
    const credentials = { accessKeyId, secretAccessKey };
    const place = { endpoint, region, bucket: bucket.bucket, forcePathStyle: true };
    const store = createS3ObjectStore({ ...place, credentials, now: Date.now, ...more });
    stores.push(store);
    return store;
  }
  const put = (more: Partial<S3ObjectStoreOptions> = {}, body: Uint8Array = Buffer.from('body')) =>
    open(more).putObject({ key: 'k', body, contentType });
  const failureOf = (run: Promise<unknown>): Promise<ObjectStoreError> =>
    run.then(
      () => expect.unreachable('it did not fail'),
      (error: ObjectStoreError) => error,
    );
  const status = (code: number, more: Partial<FaultAction> = {}) =>
    ({ kind: 'status', status: code, ...more }) as FaultAction;

  const table: [string, FaultAction, Verdict, string][] = [
    ['500', status(500, { code: 'InternalError' }), 'retry', 'InternalError'],
    ['502 with a gateway’s page', status(502, html()), 'retry', 'HTTP502'],
    ['400 RequestTimeout', status(400, { code: 'RequestTimeout' }), 'retry', 'RequestTimeout'],
    ['a reset', { kind: 'reset' }, 'retry', 'ECONNRESET'],
    ['silence', { kind: 'hang' }, 'retry', 'Stalled'],
    ['503 SlowDown', status(503, { code: 'SlowDown' }), 'throttle', 'SlowDown'],
    ['429', status(429, { code: 'TooManyRequests' }), 'throttle', 'TooManyRequests'],
    ['AccessDenied', status(403, { code: 'AccessDenied' }), 'needs-user', 'AccessDenied'],
    ['KMS', status(400, { code: 'KMS.DisabledException' }), 'needs-user', 'KMS.DisabledException'],
    ['ExpiredToken', status(400, { code: 'ExpiredToken' }), 'needs-user', 'ExpiredToken'],
    ['EntityTooLarge', status(400, { code: 'EntityTooLarge' }), 'needs-user', 'EntityTooLarge'],
    ['QuotaExceeded', status(403, { code: 'QuotaExceeded' }), 'needs-user', 'QuotaExceeded'],
    ['507', status(507, { code: 'InsufficientStorage' }), 'needs-user', 'InsufficientStorage'],
    ['BadDigest', status(400, { code: 'BadDigest' }), 'corrupt', 'BadDigest'],
    ['412', status(412, { code: 'PreconditionFailed' }), 'conflict', 'PreconditionFailed'],
    ['409', status(409, { code: 'ConditionalRequestConflict' }), 'conflict', 'ConditionalRequestConflict'],
    ['409 OperationAborted', status(409, { code: 'OperationAborted' }), 'retry', 'OperationAborted'],
    ['a captive portal', status(200, html()), 'unreachable', 'ForeignReply'],
    ['a captive portal that redirects', status(302, html()), 'unreachable', 'ForeignReply'],
    ['a web server', status(404, html()), 'needs-user', 'ForeignReply'],
  ];

  it.each(table)('%s', async (_name, action, verdict, code) => {
    bucket.faults.add({ action });
    const failure = await failureOf(put(action.kind === 'hang' ? impatient : {}));
    expect({ verdict: failure.verdict, code: failure.problem.code }).toEqual({ verdict, code });
    expect(isRetryableError(failure)).toBe(!['needs-user', 'conflict'].includes(verdict));
    expect(wordsOf(failure).message).toMatch(/^[A-ZÄ1“].*\.$/);
    expect(wordsOf(failure).message).not.toContain(code);
    expect(wordsOf(failure).action).toMatch(/\.$/);
    expect(failure.problem.details).toContain(code);
  });

  it.each([
    ['7', 7000],
    ['120', 120_000],
    ['', undefined],
  ])('Retry-After: %s', async (retryAfter, retryAfterMs) => {
    const headers = { 'retry-after': retryAfter };
    bucket.faults.add({ action: status(503, { code: 'SlowDown', headers }) });
    expect((await failureOf(put())).retryAfterMs).toBe(retryAfterMs);
  });

  it.each([-2, 0, 2])('Retry-After as a date, where this computer’s clock is %i hours off', async (hours) => {
    const date = 'Sat, 21 Nov 2026 12:00:00 GMT';
    const headers = { 'retry-after': 'Sat, 21 Nov 2026 12:00:30 GMT', date };
    bucket.faults.add({ action: status(503, { code: 'SlowDown', headers }) });
    const now = () => Date.parse(date) + hours * 3_600_000;
    expect((await failureOf(put({ now }))).retryAfterMs).toBe(30_000);
  });

  it('Retry-After as a date in a reply without one, by what is known of the server’s clock', async () => {
    const headers = { 'retry-after': 'Sat, 21 Nov 2026 12:00:30 GMT', date: 'none' };
    bucket.faults.add({ action: status(503, { code: 'SlowDown', headers }) });
    const now = () => Date.UTC(2026, 10, 21, 14, 0, 0);
    const dialect = new Dialect({ now });
    dialect.clock.learn('Sat, 21 Nov 2026 12:00:00 GMT', now());
    expect((await failureOf(put({ now, dialect }))).retryAfterMs).toBe(30_000);
  });

  it('tells an endpoint whose name nobody knows from one where nobody listens', async () => {
    const unknown = await failureOf(put({ endpoint: 'http://no-such-host.invalid' }));
    expect(unknown.verdict).toBe('unreachable');
    expect(unknown.problem.code).toMatch(/^(ENOTFOUND|EAI_AGAIN)$/);
    expect(await failureOf(put({ endpoint: 'http://127.0.0.1:9' }))).toMatchObject({
      verdict: 'unreachable',
    });
  });

  it('takes a server that speaks no TLS for a wrong address', async () => {
    const failure = await failureOf(put({ endpoint: bucket.endpoint.replace('http:', 'https:') }));
    expect(failure.verdict).toBe('needs-user');
    expect(wordsOf(failure).message).toContain('does not use https');
  });

  it('takes a server that takes the connection and stays silent for a stall', async () => {
    const mute = createServer((socket) => void socket.on('error', () => undefined));
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(mute.address() as AddressInfo).port}`;
    expect((await failureOf(put({ endpoint, ...impatient }))).problem.code).toBe('Stalled');
    mute.close();
  });

  it('lets a slow upload go on as long as it moves', async () => {
    bucket.throttle.bytesPerSecond = 2 * MIB;
    const body = randomBytes(16 * MIB);
    // The system's own buffers, which nobody can look into, take more every 0.8 s and hold what takes 2 s at the end; all
    // takes 8 s. Far enough from either side for a machine that has much else to do.
    expect((await put({ timeouts: { stallMs: 4000 } }, body)).etag).toBe(`"${md5Hex(body)}"`);
  });

  it('corrects a clock that is off, and says by how much when that does not help', async () => {
    clockOffMs = 40 * 60_000;
    bucket.faults.add({
      action: status(403, { code: 'RequestTimeTooSkewed', headers: dateHeader() }),
      times: 1,
    });
    expect((await put()).etag).toBeDefined();
    bucket.faults.add({
      action: status(403, { code: 'RequestTimeTooSkewed', headers: dateHeader() }),
      times: 2,
    });
    const failure = await failureOf(put());
    expect(failure.verdict).toBe('needs-user');
    expect(wordsOf(failure).message).toContain('40 minutes ahead');
  });

  it('asks for credentials once more when they have expired', async () => {
    let asked = 0;
    const { accessKeyId, secretAccessKey } = bucket;
    const credentials = async () => {
      asked += 1;
      return { accessKeyId, secretAccessKey };
    };
    bucket.faults.add({ action: status(400, { code: 'ExpiredToken' }) });
    expect((await put({ credentials })).etag).toBeDefined();
    expect(asked).toBe(2);
  });

  it('stops the bytes at once when cancelled', async () => {
    bucket.throttle.bytesPerSecond = 4 * MIB;
    const stop = new AbortController();
    const body = randomBytes(32 * MIB);
    let sent = 0;
    const onBytesSent = (bytes: number) => {
      sent += bytes;
      if (sent >= MIB) stop.abort();
    };
    const call = { key: 'cancelled', body, contentType, onBytesSent, signal: stop.signal };
    expect(await failureOf(open().putObject(call))).toMatchObject({ verdict: 'cancelled' });
    const sentAtEnd = sent;
    await expect.poll(() => bucket.log.of('PutObject').at(-1)?.bytesReceived).toBeLessThan(body.length / 2);
    expect(sent).toBe(sentAtEnd);
    expect(await open().headObject({ key: 'cancelled' })).toBeNull();
  });

  it('sends no body where the answer is a refusal', async () => {
    const credentials = { accessKeyId: bucket.accessKeyId, secretAccessKey: 'wrong' };
    const failure = await failureOf(put({ credentials }, randomBytes(8 * MIB)));
    expect(failure.problem.code).toBe('SignatureDoesNotMatch');
    expect(bucket.log.bytesReceived()).toBe(0);
  });

  it('names a failure in the middle of reading', async () => {
    await put({}, randomBytes(4 * MIB));
    const { body } = await open().getObject({ key: 'k' });
    const reading = readAll(body);
    await bucket.close();
    const failure = await failureOf(reading).finally(async () => {
      bucket = await startLocalBucket({ dir, now: () => Date.now() - clockOffMs });
    });
    expect(failure.verdict).toBe('retry');
  });

  it('lists parts and keys over more than one page', async () => {
    const store = open();
    const at = { key: 'many', ...(await store.createMultipartUpload({ key: 'many', contentType })) };
    for (let number = 1; number <= 1001; number++)
      await store.uploadPart({ ...at, number, body: Buffer.from(String(number)) });
    const parts = await store.listParts(at);
    expect(parts.map(({ number }) => number)).toEqual(Array.from({ length: 1001 }, (_, index) => index + 1));
    expect(bucket.log.of('ListParts')).toHaveLength(2);
    await store.abortMultipartUpload(at);
  }, 120_000);
});

function html(): Partial<FaultAction> {
  const headers = { 'content-type': 'text/html; charset=utf-8' };
  return { headers, body: '<html><body>Please sign in</body></html>' } as Partial<FaultAction>;
}

function dateHeader(): Record<string, string> {
  return { date: new Date(Date.now() - 40 * 60_000).toUTCString() };
}

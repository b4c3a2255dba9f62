import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest';
import { eventually } from '../../eventually';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Fault } from '../../../local-bucket/scriptedFaults';
import { startLocalBucket, type FaultAction, type LocalBucket } from '../../../local-bucket/localBucket';
import { createS3ObjectStore } from '../../../src/upload/objectStore/s3/S3ObjectStore';
import { UploadQueue } from '../../../src/main/uploadQueue';
import { UploadService } from '../../../src/main/uploadService';
import { createUploadStateStore } from '../../../src/main/uploadStateStore';
import type { UploadConfig } from '../../../src/shared/upload';
import { FakeClock } from '../../fakes/FakeClock';
import { FakeSessions } from '../../fakes/FakeSessions';
import {
  capabilityMap,
  countingRandom,
  KEEPS_CRC32,
  makeTempDir,
  MIB,
  quietLog,
  SESSION,
  testConfig,
} from './support';

/** What becomes of an upload, as its card shows it. `charged`: attempts. */
type Outcome = { status: string; reason?: string; code?: string; charged: number; waitMs?: number };

let bucket: LocalBucket;
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'error-table-'));
  bucket = await startLocalBucket({ dir });
});
afterEach(() => bucket.faults.clear());
afterAll(async () => {
  await bucket.close();
  await rm(dir, { recursive: true, force: true });
});

/** Uploads one bundle through the queue to the real server until the first attempt has ended. */
async function attempt(size: number, faults: Fault[], more: Partial<UploadConfig> = {}) {
  const { endpoint, region, accessKeyId, secretAccessKey } = bucket;
  const place = { endpoint, region, bucket: bucket.bucket, accessKeyId, secretAccessKey };
  const keyPrefix = `${crypto.randomUUID()}/`;
  const config: UploadConfig = { ...testConfig, ...place, keyPrefix, forcePathStyle: true, ...more };
  const sessions = new FakeSessions(await makeTempDir());
  await sessions.addExported(SESSION, Buffer.alloc(size, 1));
  const clock = new FakeClock();
  // Short only where a silence is wanted: elsewhere a busy machine would be taken for one.
  const timeouts = faults.some(({ action }) => action.kind === 'hang') ? { stallMs: 500 } : undefined;
  const onQuarantine = () => expect.unreachable('a state was damaged');
  const service = new UploadService({
    createStore: ({ accessKeyId: id, secretAccessKey: secret, ...rest }) =>
      createS3ObjectStore({
        ...rest,
        credentials: { accessKeyId: id, secretAccessKey: secret },
        timeouts,
        now: Date.now,
      }),
    capabilities: capabilityMap(KEEPS_CRC32),
    clock,
    random: countingRandom(),
    log: quietLog,
  });
  const queue = new UploadQueue({
    states: createUploadStateStore({ sessions, clock, onQuarantine, onUnreadable: onQuarantine }),
    service,
    loadConfig: async () => config,
    bundleFile: (id) => sessions.bundleFile(id),
    clock,
    log: quietLog,
  });
  onTestFinished(() => queue.close());
  for (const fault of faults) bucket.faults.add(fault);
  await queue.settingsChanged('ready', 3);
  await queue.enqueue(SESSION);
  const state = () => queue.find(SESSION)!.state;
  await eventually(() => expect(['done', 'failed'].includes(state().status) || state().reason).toBeTruthy());
  const { status, reason, error, retryCount, generation } = state();
  const waitMs = reason && 'untilMs' in reason ? reason.untilMs - clock.now() : undefined;
  const outcome: Outcome = { status, reason: reason?.kind, code: error?.code, charged: retryCount, waitMs };
  return { outcome, error, generation };
}

const answer = (status: number, code: string, headers?: Record<string, string>): FaultAction => ({
  kind: 'status',
  status,
  code,
  headers,
});
const html = { headers: { 'content-type': 'text/html' }, body: '<html>Please sign in</html>' };
const waits = (reason: string, code: string, charged: number, waitMs: number): Outcome => ({
  ...{ status: 'pending', reason, code, charged, waitMs },
});
const fails = (code: string): Outcome => ({
  ...{ status: 'failed', reason: 'needs-user', code, charged: 0, waitMs: undefined },
});

const onPut: [FaultAction, Outcome, RegExp][] = [
  [{ kind: 'status', status: 200, ...html }, waits('network', 'ForeignReply', 0, 1000), /sign-in/],
  [{ kind: 'reset' }, waits('backoff', 'ECONNRESET', 1, 1000), /broke off/],
  [{ kind: 'hang' }, waits('backoff', 'Stalled', 1, 1000), /broke off/],
  [answer(500, 'InternalError'), waits('backoff', 'InternalError', 1, 1000), /broke off/],
  [{ kind: 'status', status: 502, ...html }, waits('backoff', 'HTTP502', 1, 1000), /broke off/],
  [{ kind: 'status', status: 504, ...html }, waits('backoff', 'HTTP504', 1, 1000), /broke off/],
  [answer(400, 'RequestTimeout'), waits('backoff', 'RequestTimeout', 1, 1000), /broke off/],
  [answer(503, 'SlowDown', { 'retry-after': '30' }), waits('throttled', 'SlowDown', 0, 30_000), /busy/],
  [
    answer(429, 'TooManyRequests', { 'retry-after': '7' }),
    waits('throttled', 'TooManyRequests', 0, 7000),
    /busy/,
  ],
  [answer(503, 'SlowDown', { 'retry-after': '0' }), waits('throttled', 'SlowDown', 0, 1000), /busy/],
  [answer(403, 'RequestTimeTooSkewed'), fails('RequestTimeTooSkewed'), /clock/],
  [answer(400, 'ExpiredToken'), fails('ExpiredToken'), /expired/],
  [answer(403, 'AccessDenied'), fails('AccessDenied'), /not allowed/],
  [answer(403, 'InvalidAccessKeyId'), fails('InvalidAccessKeyId'), /access key ID/],
  [answer(403, 'SignatureDoesNotMatch'), fails('SignatureDoesNotMatch'), /secret access key/],
  [answer(404, 'NoSuchBucket'), fails('NoSuchBucket'), /no bucket named/],
  [answer(400, 'KMS.DisabledException'), fails('KMS.DisabledException'), /encryption key/],
  [answer(400, 'BadDigest'), fails('BadDigest'), /damaged/],
];

test.each(onPut.map((row) => [row[1].code, ...row] as const))(
  'the server answers a PUT with %s',
  async (_code, action, expected, words) => {
    // A connection that was used before may have been closed meanwhile, so a reset is tried again at once.
    const again = action.kind === 'reset' ? 2 : 1;
    const times = expected.charged || expected.status === 'pending' ? again : 3;
    const { outcome, error } = await attempt(1000, [{ match: { operation: 'PutObject' }, times, action }]);
    expect(outcome).toEqual(expected);
    expect(error!.message).toMatch(words);
    expect(error!.message).not.toContain(expected.code);
    expect(error!.action).toMatch(/\.$/);
    expect(error!.details).toContain(expected.code);
  },
);

const done: Outcome = { status: 'done', reason: undefined, code: undefined, charged: 0, waitMs: undefined };

test.each<[string, number, Fault]>([
  [
    'BadDigest twice',
    1000,
    { match: { operation: 'PutObject' }, times: 2, action: answer(400, 'BadDigest') },
  ],
  ['NoSuchUpload', 6 * MIB, { match: { operation: 'UploadPart' }, action: answer(404, 'NoSuchUpload') }],
  [
    'a clock that is off, once',
    9,
    { match: { operation: 'PutObject' }, action: answer(403, 'RequestTimeTooSkewed') },
  ],
])('mends by itself: %s', async (_what, size, fault) => {
  const { outcome, generation } = await attempt(size, [fault]);
  expect(outcome).toEqual(done);
  expect(generation).toBe(fault.match?.operation === 'UploadPart' ? 2 : 1);
});

test('takes the region the server names', async () => {
  expect((await attempt(9, [], { region: 'eu-west-3' })).outcome).toEqual(done);
});

test('a wrong secret, for real', async () => {
  const { outcome } = await attempt(9, [], { secretAccessKey: 'not-the-secret' });
  expect(outcome).toMatchObject({ status: 'failed', reason: 'needs-user', charged: 0 });
});

test.each([
  ['nobody listens', 'http://127.0.0.1:9', 'ECONNREFUSED'],
  ['nobody knows the name', 'http://no-such-host.invalid', /^(ENOTFOUND|EAI_AGAIN)$/],
])('%s: waits without charging an attempt', async (_how, endpoint, code) => {
  const { outcome } = await attempt(9, [], { endpoint });
  expect(outcome).toEqual({ ...waits('network', '', 0, 1000), code: expect.stringMatching(code) as string });
});

test('412 where nothing of ours stands is a conflict, and nothing is overwritten', async () => {
  const action = answer(412, 'PreconditionFailed');
  const { outcome } = await attempt(9, [{ match: { operation: 'PutObject' }, times: 3, action }]);
  expect(outcome).toEqual(fails('PreconditionFailed'));
});

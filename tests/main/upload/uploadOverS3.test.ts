import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '../../eventually';
import { startLocalBucket, type LocalBucket } from '../../../local-bucket/localBucket';
import { createS3ObjectStore } from '../../../src/upload/objectStore/s3/S3ObjectStore';
import { createCapabilityMemory } from '../../../src/upload/destination/capabilityMemory';
import { UploadService } from '../../../src/main/uploadService';
import type { ObjectStore } from '../../../src/upload/objectStore/objectStore';
import type { UploadConfig } from '../../../src/shared/upload';
import { FakeClock } from '../../fakes/FakeClock';
import {
  abortsOf,
  countingRandom,
  failed,
  KEY,
  makeBundle,
  makeTempDir,
  MIB,
  quietLog,
  testConfig,
  UploadBench,
} from './support';

async function startBucket(dir?: string, port?: number): Promise<LocalBucket & { dir: string }> {
  const folder = dir ?? (await makeTempDir());
  const bucket = await startLocalBucket({ dir: folder, port });
  onTestFinished(() => bucket.close());
  return { ...bucket, dir: folder };
}

function connect(config: UploadConfig): ObjectStore {
  const { accessKeyId, secretAccessKey, ...rest } = config;
  return createS3ObjectStore({
    ...rest,
    credentials: { accessKeyId, secretAccessKey },
    now: () => Date.now(),
  });
}

function configFor({ endpoint, region, bucket, accessKeyId, secretAccessKey }: LocalBucket): UploadConfig {
  return { ...testConfig, endpoint, region, bucket, accessKeyId, secretAccessKey, forcePathStyle: true };
}

async function bench(bucket: LocalBucket, size: number) {
  const { file, content } = await makeBundle(await makeTempDir(), size);
  const config = configFor(bucket);
  return { content, config, upload: new UploadBench(() => connect(config), file, config) };
}

/** Everything in the bucket, objects and unfinished uploads. */
async function look(config: UploadConfig) {
  const store = connect(config);
  try {
    const objects = await store.listObjects({ prefix: '' });
    const unfinished = await store.listMultipartUploads({ prefix: '' });
    const chunks: Uint8Array[] = [];
    if (objects.some(({ key }) => key === KEY))
      for await (const chunk of (await store.getObject({ key: KEY })).body) chunks.push(chunk);
    return { keys: objects.map(({ key }) => key), unfinished, content: Buffer.concat(chunks) };
  } finally {
    store.close();
  }
}

test.each([
  ['in one piece', 100_000],
  ['in parts', 12 * MIB + 5],
])('a bundle arrives %s, byte for byte', async (_how, size) => {
  const bucket = await startBucket();
  const { upload, content, config } = await bench(bucket, size);
  await upload.run();
  const found = await look(config);
  expect(found.content.equals(content)).toBe(true);
  expect(found).toMatchObject({ keys: [KEY], unfinished: [] });
});

test('testing the connection finds that the bucket keeps CRC32, and leaves nothing behind', async () => {
  const bucket = await startBucket();
  const config = configFor(bucket);
  const file = path.join(await makeTempDir(), 'capabilities.json');
  const onQuarantine = () => expect.unreachable();
  const service = new UploadService({
    createStore: connect,
    capabilities: createCapabilityMemory(file, {
      clock: { now: () => 0 },
      onQuarantine,
      onNewer: () => expect.unreachable(),
    }),
    clock: new FakeClock(),
    random: countingRandom(),
    log: quietLog,
  });
  expect(await service.validateCredentials(config)).toEqual({ valid: true, warnings: undefined });
  expect(await readFile(file, 'utf8')).toContain('"checksumAlgorithm": "CRC32"');
  expect(await look(config)).toMatchObject({ keys: [], unfinished: [] });
  const wrong = await service.validateCredentials({ ...config, secretAccessKey: 'not-the-secret' });
  expect(wrong).toMatchObject({ valid: false, error: { code: 'SignatureDoesNotMatch' } });
});

test('a kill at any saved step costs no acknowledged part', async () => {
  const size = 11 * MIB;
  const first = await bench(await startBucket(), size);
  await first.upload.run();
  const steps = first.upload.saves;
  for (let step = 1; step <= steps; step++) {
    const bucket = await startBucket();
    const { upload, content, config } = await bench(bucket, size);
    await upload.run({ killAfterSave: step }).catch(() => undefined);
    const recorded = upload.disk.bytesUploaded;
    bucket.log.clear();
    await upload.run();
    const found = await look(config);
    expect(found.content.equals(content), `step ${step}`).toBe(true);
    expect(found.unfinished, `step ${step}`).toEqual([]);
    expect(bucket.log.bytesReceived('UploadPart'), `step ${step}`).toBeLessThanOrEqual(size - recorded);
  }
});

test('a lost reply to Complete costs no byte', async () => {
  const bucket = await startBucket();
  const { upload, content, config } = await bench(bucket, 11 * MIB);
  bucket.faults.add({ match: { operation: 'CompleteMultipartUpload' }, action: { kind: 'loseReply' } });
  expect((await failed(upload.run())).verdict).toBe('retry');
  bucket.log.clear();
  await upload.run();
  expect(bucket.log.bytesReceived('UploadPart')).toBe(0);
  expect((await look(config)).content.equals(content)).toBe(true);
});

test('a part whose acknowledgement got lost is recognised on the server and not sent again', async () => {
  const bucket = await startBucket();
  const { upload, content, config } = await bench(bucket, 16 * MIB);
  bucket.faults.add({ match: { operation: 'UploadPart', partNumber: 2 }, action: { kind: 'loseReply' } });
  expect((await failed(upload.run())).verdict).toBe('retry');
  expect(upload.disk.multipart!.parts.map((part) => part.number)).not.toContain(2);
  bucket.log.clear();
  await upload.run();
  expect(bucket.log.bytesReceived('UploadPart')).toBe(0);
  expect((await look(config)).content.equals(content)).toBe(true);
});

test('a throttling server’s Retry-After is told whole', async () => {
  const bucket = await startBucket();
  const { upload } = await bench(bucket, 6 * MIB);
  const headers = { 'Retry-After': '30' };
  const action = { kind: 'status', status: 503, code: 'SlowDown', headers } as const;
  bucket.faults.add({ match: { operation: 'UploadPart' }, action });
  expect(await failed(upload.run())).toMatchObject({ verdict: 'throttle', retryAfterMs: 30_000 });
});

test('cancelling within a part leaves no multipart upload', async () => {
  const bucket = await startBucket();
  const { upload, config } = await bench(bucket, 16 * MIB);
  bucket.faults.add({ match: { operation: 'UploadPart', partNumber: 3 }, action: { kind: 'hang' } });
  const cancel = new AbortController();
  const run = failed(upload.run({ signal: cancel.signal }));
  await eventually(() => expect(bucket.log.of('UploadPart').some((e) => e.partNumber === 3)).toBe(true));
  cancel.abort();
  expect((await run).verdict).toBe('cancelled');
  await upload.service.abortUploads(config, abortsOf(upload));
  expect(await look(config)).toMatchObject({ keys: [], unfinished: [] });
});

test('a stopped server is unreachable, and the upload continues when it is back', async () => {
  const bucket = await startBucket();
  const { upload, content, config } = await bench(bucket, 11 * MIB);
  await upload.run({ killAfterSave: 3 }).catch(() => undefined);
  await bucket.close();
  expect((await failed(upload.run())).verdict).toBe('unreachable');
  await startBucket(bucket.dir, Number(new URL(bucket.endpoint).port));
  await upload.run();
  expect((await look(config)).content.equals(content)).toBe(true);
});

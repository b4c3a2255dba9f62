import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it } from 'vitest';
import { LATE_MS } from '../http/throttle.ts';
import { errorName, useBucket } from './bucketUnderTest.ts';

const MIB = 1024 * 1024;

describe('scripted faults and the log', () => {
  const used = useBucket();
  const put = (Key: string, Body: string | Buffer = 'x') =>
    used.client().send(new PutObjectCommand({ Bucket: used.bucket.bucket, Key, Body }));
  const exists = async (Key: string) =>
    (await errorName(used.client().send(new HeadObjectCommand({ Bucket: used.bucket.bucket, Key })))) ===
    'ok';

  afterEach(() => {
    expect(used.bucket.faults.left).toBe(0);
    used.bucket.log.clear();
    used.bucket.throttle.bytesPerSecond = null;
  });

  it('answers what it was told, as often as it was told, and only where it matches', async () => {
    const action = {
      kind: 'status',
      status: 503,
      code: 'SlowDown',
      headers: { 'retry-after': '7' },
    } as const;
    used.bucket.faults.add({ match: { operation: 'PutObject', key: /^busy/ }, times: 2, action });
    expect(await errorName(put('free'))).toBe('ok');
    expect(await errorName(put('busy/1'))).toBe('SlowDown');
    expect(await errorName(put('busy/1'))).toBe('SlowDown');
    expect(await errorName(put('busy/1'))).toBe('ok');
  });

  it('cuts the connection in the middle of a body, and counts what came', async () => {
    const action = { kind: 'reset', afterBytes: MIB } as const;
    used.bucket.faults.add({ match: { operation: 'PutObject' }, action });
    expect(await errorName(put('cut', Buffer.alloc(8 * MIB)))).toMatch(/ECONNRESET|EPIPE/);
    const received = used.bucket.log.bytesReceived('PutObject');
    expect(received).toBeGreaterThanOrEqual(MIB);
    expect(received).toBeLessThan(8 * MIB);
    expect(await exists('cut')).toBe(false);
  });

  it('loses a reply after doing the work', async () => {
    used.bucket.faults.add({ match: { operation: 'PutObject' }, action: { kind: 'loseReply' } });
    expect(await errorName(put('lost'))).toBe('ECONNRESET');
    expect(await exists('lost')).toBe(true);
  });

  it('waits before it goes on', async () => {
    used.bucket.faults.add({ action: { kind: 'delay', delayMs: 60 } });
    const startedAt = performance.now();
    expect(await errorName(put('late'))).toBe('ok');
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(59);
  });

  it('says nothing until the client gives up', async () => {
    used.bucket.faults.add({ action: { kind: 'hang' } });
    const stop = new AbortController();
    const body = new PutObjectCommand({ Bucket: used.bucket.bucket, Key: 'hung', Body: 'x' });
    const putting = errorName(used.client().send(body, { abortSignal: stop.signal }));
    await expect.poll(() => used.bucket.log.of('PutObject').length).toBe(1);
    stop.abort();
    expect(await putting).toBe('AbortError');
  });

  it('receives no faster than it may', async () => {
    used.bucket.throttle.bytesPerSecond = 10 * MIB;
    const startedAt = performance.now();
    await put('slow', Buffer.alloc(5 * MIB));
    // Half a second, minus the compensation for late timers.
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(500 - LATE_MS - 5);
  });
});

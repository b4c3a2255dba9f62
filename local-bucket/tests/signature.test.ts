import { Readable } from 'node:stream';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { describe, expect, it } from 'vitest';
import { errorName, useBucket } from './bucketUnderTest.ts';

let clock = Date.now;

describe('signatures', () => {
  const used = useBucket({ now: () => clock() });
  const at = (Key: string) => ({ Bucket: used.bucket.bucket, Key });
  const url = (path: string) => `${used.bucket.endpoint}${path}`;

  it('refuses what is not signed, in S3’s XML and with a request id', async () => {
    const response = await fetch(url('/recordings/x'));
    const xml = await response.text();
    expect(response.status).toBe(403);
    expect(xml).toContain('<Code>AccessDenied</Code>');
    expect(xml).toContain(`<RequestId>${response.headers.get('x-amz-request-id')}</RequestId>`);
  });

  it('refuses a clock that is off by more than a quarter of an hour', async () => {
    clock = () => Date.now() + 16 * 60_000;
    const failure = await errorName(used.client().send(new ListBucketsCommand({})));
    clock = Date.now;
    expect(failure).toBe('RequestTimeTooSkewed');
  });

  it('refuses a header for S3 that was added after signing', async () => {
    const client = used.client();
    client.middlewareStack.add(
      (next) => (args) => {
        (args.request as { headers: Record<string, string> }).headers['x-amz-meta-smuggled'] = 'yes';
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    expect(await errorName(client.send(new PutObjectCommand({ ...at('smuggled'), Body: 'x' })))).toBe(
      'AccessDenied',
    );
  });

  it('refuses a body that is not the one that was signed, and keeps nothing of it', async () => {
    const client = used.client({ requestChecksumCalculation: 'WHEN_REQUIRED' });
    client.middlewareStack.add(
      (next) => (args) => {
        (args.request as { body: unknown }).body = 'BBBB';
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    const putting = client.send(new PutObjectCommand({ ...at('altered'), Body: 'AAAA' }));
    expect(await errorName(putting)).toBe('XAmzContentSHA256Mismatch');
    expect(await errorName(used.client().send(new HeadObjectCommand(at('altered'))))).toBe('NotFound');
  });

  it('takes a stream with a trailing checksum, and keeps the checksum', async () => {
    const client = used.client();
    const text = 'streamed'.repeat(30_000);
    const Body = Readable.from([Buffer.from(text)]);
    await client.send(new PutObjectCommand({ ...at('trailer'), Body, ContentLength: text.length }));
    const head = await client.send(new HeadObjectCommand({ ...at('trailer'), ChecksumMode: 'ENABLED' }));
    expect(head.ContentLength).toBe(text.length);
    expect(head.ChecksumCRC32).toMatch(/^[A-Za-z0-9+/]{6}==$/);
    expect(head.ContentEncoding).toBeUndefined();
    expect(used.bucket.log.of('PutObject').at(-1)!.bytesReceived).toBeGreaterThan(text.length);
  });

  describe('presigned', () => {
    it('lets the bearer do what was signed, and nothing else', async () => {
      const options = { expiresIn: 60 };
      const client = used.client({ requestChecksumCalculation: 'WHEN_REQUIRED' });
      const put = await getSignedUrl(client, new PutObjectCommand(at('lent')), options);
      expect((await fetch(put, { method: 'PUT', body: 'by url' })).status).toBe(200);
      const get = await getSignedUrl(client, new GetObjectCommand(at('lent')), options);
      expect(await (await fetch(get)).text()).toBe('by url');
      expect((await fetch(get, { method: 'DELETE' })).status).toBe(403);
      expect((await fetch(get.replace('lent', 'other'))).status).toBe(403);
    });

    it('ends when it expires', async () => {
      const get = await getSignedUrl(used.client(), new GetObjectCommand(at('lent')), { expiresIn: 60 });
      clock = () => Date.now() + 62_000;
      const response = await fetch(get);
      clock = Date.now;
      expect(response.status).toBe(403);
      expect(await response.text()).toContain('Request has expired');
    });
  });
});

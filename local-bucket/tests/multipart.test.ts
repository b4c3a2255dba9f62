import { randomBytes } from 'node:crypto';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListPartsCommand,
  UploadPartCommand,
  type CompletedPart,
  type CreateMultipartUploadRequest,
} from '@aws-sdk/client-s3';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { errorName, useBucket } from './bucketUnderTest.ts';

const FIVE_MIB = 5 * 1024 * 1024;

describe('multipart uploads', () => {
  const used = useBucket();
  const client = () => used.client({ requestChecksumCalculation: 'WHEN_REQUIRED' });

  async function begin(Key: string, more: Partial<CreateMultipartUploadRequest> = {}) {
    const at = { Bucket: used.bucket.bucket, Key };
    const { UploadId } = await client().send(new CreateMultipartUploadCommand({ ...at, ...more }));
    return { ...at, UploadId };
  }
  type At = Awaited<ReturnType<typeof begin>>;

  async function send(
    at: At,
    PartNumber: number,
    Body: Buffer,
    ChecksumCRC32?: string,
  ): Promise<CompletedPart> {
    const part = new UploadPartCommand({ ...at, PartNumber, Body, ChecksumCRC32 });
    const { ETag } = await client().send(part);
    return { PartNumber, ETag, ChecksumCRC32 };
  }
  const complete = (at: At, Parts: CompletedPart[], more = {}) =>
    client().send(new CompleteMultipartUploadCommand({ ...at, MultipartUpload: { Parts }, ...more }));

  it('survives a restart in the middle', async () => {
    const at = await begin('resumed');
    const bodies = [randomBytes(FIVE_MIB), randomBytes(100)];
    const first = await send(at, 1, bodies[0]!);
    const { accessKeyId } = used.bucket;
    await used.restart();
    expect(used.bucket.accessKeyId).toBe(accessKeyId);
    const listed = await client().send(new ListPartsCommand(at));
    expect(listed.Parts?.map(({ ETag }) => ETag)).toEqual([first.ETag]);
    await complete(at, [first, await send(at, 2, bodies[1]!)]);
    await used.restart();
    const got = await client().send(new GetObjectCommand({ Bucket: at.Bucket, Key: at.Key }));
    const read = Buffer.from(await got.Body!.transformToByteArray());
    expect(read.equals(Buffer.concat(bodies))).toBe(true);
  });

  it('lists parts page by page', async () => {
    const at = await begin('pages');
    for (const number of [1, 2, 3, 4, 5]) await send(at, number, Buffer.from(String(number)));
    const page = await client().send(new ListPartsCommand({ ...at, MaxParts: 2, PartNumberMarker: '2' }));
    expect(page.Parts?.map(({ PartNumber }) => PartNumber)).toEqual([3, 4]);
    expect(page).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '4' });
    const last = await client().send(new ListPartsCommand({ ...at, PartNumberMarker: '4' }));
    expect(last).toMatchObject({ IsTruncated: false });
  });

  it('keeps a full-object CRC32 where that was asked for', async () => {
    const at = await begin('full', { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' });
    const bodies = [randomBytes(FIVE_MIB), randomBytes(77)];
    const parts = [
      await send(at, 1, bodies[0]!, crcOf(bodies[0]!)),
      await send(at, 2, bodies[1]!, crcOf(bodies[1]!)),
    ];
    const whole = crcOf(Buffer.concat(bodies));
    expect(await errorName(complete(at, parts, { ChecksumCRC32: crcOf(bodies[0]!) }))).toBe('BadDigest');
    await complete(at, parts, { ChecksumCRC32: whole });
    const head = new HeadObjectCommand({ Bucket: at.Bucket, Key: at.Key, ChecksumMode: 'ENABLED' });
    expect(await client().send(head)).toMatchObject({ ChecksumCRC32: whole, ChecksumType: 'FULL_OBJECT' });
  });

  it('wants the checksums of a composite when it completes', async () => {
    const at = await begin('composite', { ChecksumAlgorithm: 'CRC32' });
    const body = Buffer.from('body');
    const { ChecksumCRC32: _omitted, ...bare } = await send(at, 1, body, crcOf(body));
    expect(await errorName(complete(at, [bare]))).toBe('InvalidRequest');
  });

  it('refuses parts out of order, and a condition that does not hold', async () => {
    const at = await begin('order');
    const parts = [await send(at, 1, randomBytes(FIVE_MIB)), await send(at, 2, Buffer.from('2'))];
    expect(await errorName(complete(at, [...parts].reverse()))).toBe('InvalidPartOrder');
    expect(await errorName(complete(at, parts, { IfMatch: '"0"' }))).toBe('NoSuchKey');
    await complete(at, parts, { IfNoneMatch: '*' });
    const again = await begin('order');
    const part = await send(again, 1, Buffer.from('other'));
    expect(await errorName(complete(again, [part], { IfMatch: '"0"' }))).toBe('PreconditionFailed');
  });
});

function crcOf(body: Buffer): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return bytes.toString('base64');
}

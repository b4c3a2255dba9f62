import { appendFile, mkdir, readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it } from 'vitest';
import { errorName, useBucket } from './bucketUnderTest.ts';

const FIVE_MIB = 5 * 1024 * 1024;
const Bucket = 'recordings';

describe('files that are not on disk any more', () => {
  const notices: string[] = [];
  const used = useBucket({ onNotice: (line) => notices.push(line), onInternalError: () => undefined });
  const folder = (...below: string[]) => path.join(used.dir, 'buckets', Bucket, ...below);
  const aside = () => path.join(used.dir, 'aside');
  const put = (Key: string, more = {}) =>
    used.client().send(new PutObjectCommand({ Bucket, Key, Body: Key, ...more }));
  const head = (Key: string) => errorName(used.client().send(new HeadObjectCommand({ Bucket, Key })));
  const get = (Key: string) => errorName(used.client().send(new GetObjectCommand({ Bucket, Key })));
  const list = async (more = {}) => used.client().send(new ListObjectsV2Command({ Bucket, ...more }));
  const keysOf = ({ Contents = [] }: { Contents?: { Key?: string }[] }) => Contents.map(({ Key }) => Key);

  afterEach(async () => {
    const { Contents = [] } = await list();
    const Delete = { Objects: Contents.map(({ Key }) => ({ Key })) };
    if (Contents.length > 0) await used.client().send(new DeleteObjectsCommand({ Bucket, Delete }));
    notices.length = 0;
  });

  /** The path of an object's content: the file that the PUT added. */
  async function putAndFind(Key: string): Promise<string> {
    const before = new Set(await readdir(folder('data')));
    await put(Key);
    return folder(
      'data',
      (await readdir(folder('data'))).find((name) => !before.has(name))!,
    );
  }

  it('an object whose content is gone does not exist, is named once, and is there again when it is back', async () => {
    const file = await putAndFind('moved');
    await rename(file, aside());
    for (let again = 0; again < 2; again++) {
      expect(await head('moved')).toBe('NotFound');
      expect(await get('moved')).toBe('NoSuchKey');
      expect(keysOf(await list())).toEqual([]);
      await used.restart();
    }
    const gone = `recordings: “moved” counts as gone: data/${path.basename(file)} is missing.`;
    expect(notices).toEqual([gone, gone]); // once per server run
    expect(await head('moved')).toBe('NotFound');
    await rename(aside(), file);
    expect(await head('moved')).toBe('ok');
    expect(keysOf(await list())).toEqual(['moved']);
    expect(notices.at(-1)).toBe('recordings: “moved” is there again.');
  });

  it('an object whose record is gone does not exist, until it is back', async () => {
    await put('unrecorded');
    const [record] = await readdir(folder('objects'));
    await rename(folder('objects', record!), aside());
    expect(await head('unrecorded')).toBe('NotFound');
    expect(keysOf(await list())).toEqual([]);
    expect(notices).toEqual([`recordings: “unrecorded” counts as gone: objects/${record} is missing.`]);
    await rename(aside(), folder('objects', record!));
    expect(await head('unrecorded')).toBe('ok');
  });

  it('an object whose content is of another size does not exist', async () => {
    await appendFile(await putAndFind('grown'), 'more');
    expect(await head('grown')).toBe('NotFound');
    expect(notices.join()).toMatch(/“grown” counts as gone: .* has 9 bytes instead of 5\./);
    await put('grown');
    expect(await get('grown')).toBe('ok');
  });

  it('a write that may replace nothing goes through where the content is gone', async () => {
    await rename(await putAndFind('again'), aside());
    expect(await errorName(put('again', { IfMatch: '*' }))).toBe('NoSuchKey');
    expect(await errorName(put('again', { IfNoneMatch: '*' }))).toBe('ok');
    expect(await errorName(put('again', { IfNoneMatch: '*' }))).toBe('PreconditionFailed');
    expect(await head('again')).toBe('ok');
  });

  it('pages and common prefixes hold only what is there', async () => {
    await rename(await putAndFind('a/gone'), aside());
    for (const key of ['b/1', 'c', 'd']) await put(key);
    const grouped = await list({ Delimiter: '/' });
    expect(grouped.CommonPrefixes).toEqual([{ Prefix: 'b/' }]);
    const page = await list({ MaxKeys: 2 });
    expect(keysOf(page)).toEqual(['b/1', 'c']);
    const rest = await list({ MaxKeys: 2, ContinuationToken: page.NextContinuationToken });
    expect([keysOf(rest), rest.IsTruncated]).toEqual([['d'], false]);
  });

  it('a part whose content is gone is neither listed nor made into an object', async () => {
    const at = { Bucket, Key: 'parts' };
    const { UploadId } = await used.client().send(new CreateMultipartUploadCommand(at));
    const before = new Set(await readdir(folder('data')));
    const Body = Buffer.alloc(100);
    const sent = await used.client().send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body }));
    const name = (await readdir(folder('data'))).find((one) => !before.has(one))!;
    await rename(folder('data', name), aside());
    const listed = await used.client().send(new ListPartsCommand({ ...at, UploadId }));
    expect(listed.Parts ?? []).toEqual([]);
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag: sent.ETag }] };
    const complete = new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload });
    expect(await errorName(used.client().send(complete))).toBe('InvalidPart');
    await rename(aside(), folder('data', name));
    expect(await errorName(used.client().send(complete))).toBe('ok');
  });

  it('an upload whose folder is gone does not exist', async () => {
    const at = { Bucket, Key: 'upload' };
    const { UploadId } = await used.client().send(new CreateMultipartUploadCommand(at));
    await rename(folder('uploads', UploadId!), path.join(used.dir, 'upload-aside'));
    const listed = await used.client().send(new ListMultipartUploadsCommand({ Bucket }));
    expect(listed.Uploads ?? []).toEqual([]);
    const part = new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: 'x' });
    expect(await errorName(used.client().send(part))).toBe('NoSuchUpload');
  });

  it('a folder of contents that is gone is made again by the next write', async () => {
    await put('old');
    await rename(folder('data'), path.join(used.dir, 'data-aside'));
    expect(await head('old')).toBe('NotFound');
    expect(await errorName(put('new'))).toBe('ok');
    expect(keysOf(await list())).toEqual(['new']);
  });

  it('a bucket whose folder is gone does not exist until it is back', async () => {
    await put('kept');
    await rename(folder(), aside());
    expect(await head('kept')).toBe('NotFound');
    expect(await get('kept')).toBe('NoSuchBucket');
    expect(await errorName(list())).toBe('NoSuchBucket');
    expect(await errorName(used.client().send(new HeadBucketCommand({ Bucket })))).toBe('NotFound');
    expect((await used.client().send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([]);
    expect(await errorName(put('small'))).toBe('NoSuchBucket');
    expect(await errorName(put('large', { Body: Buffer.alloc(2 * FIVE_MIB) }))).toBe('NoSuchBucket');
    await rename(aside(), folder());
    expect(await get('kept')).toBe('ok');
    expect(notices).toEqual([
      `The bucket “recordings” counts as gone until its folder is back: ${folder()}.`,
      'The bucket “recordings” is there again: its folder is back.',
    ]);
  });

  it('a bucket whose folder is gone can be made again', async () => {
    await put('lost');
    await rename(folder(), path.join(used.dir, 'bucket-aside'));
    expect(await errorName(used.client().send(new CreateBucketCommand({ Bucket })))).toBe('ok');
    expect(keysOf(await list())).toEqual([]);
    expect(await errorName(put('fresh'))).toBe('ok');
    expect(keysOf(await list())).toEqual(['fresh']);
  });

  it('a start after the bucket’s folder went makes it anew', async () => {
    await rename(folder(), path.join(used.dir, 'gone-for-good'));
    await used.restart();
    expect(await errorName(put('first'))).toBe('ok');
  });

  it('a start without the index sweeps no content away', async () => {
    await put('indexed');
    await rename(folder('objects'), aside());
    await used.restart();
    await used.restart();
    expect(await head('indexed')).toBe('NotFound');
    await rename(folder('objects'), path.join(used.dir, 'empty-index'));
    await rename(aside(), folder('objects'));
    await used.restart();
    expect(await get('indexed')).toBe('ok');
  });

  it('an empty folder in the place of the bucket’s is written to', async () => {
    await rename(folder(), path.join(used.dir, 'before'));
    await mkdir(folder());
    expect(await errorName(put('into an empty folder'))).toBe('ok');
    expect(await get('into an empty folder')).toBe('ok');
  });
});

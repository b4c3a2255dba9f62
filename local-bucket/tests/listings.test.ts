import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { errorName, useBucket } from './bucketUnderTest.ts';

describe('buckets and listings', () => {
  const used = useBucket({ region: 'eu-central-1', buckets: ['listed', 'other'] });
  const Bucket = 'listed';
  beforeAll(async () => {
    for (const Key of ['a/1', 'a/2', 'b/1', 'c', 'd & <e>'])
      await used.client().send(new PutObjectCommand({ Bucket, Key, Body: Key }));
  });

  it('lists page by page', async () => {
    const keys: (string | undefined)[] = [];
    let ContinuationToken: string | undefined;
    do {
      const command = new ListObjectsV2Command({ Bucket, MaxKeys: 2, ContinuationToken });
      const page = await used.client().send(command);
      keys.push(...(page.Contents ?? []).map(({ Key }) => Key));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken);
    expect(keys).toEqual(['a/1', 'a/2', 'b/1', 'c', 'd & <e>']);
  });

  it('groups keys by a delimiter, in either version', async () => {
    const input = { Bucket, Delimiter: '/' };
    const client = used.client();
    const pages = [
      await client.send(new ListObjectsV2Command(input)),
      await client.send(new ListObjectsCommand(input)),
    ];
    for (const page of pages) {
      expect(page.CommonPrefixes).toEqual([{ Prefix: 'a/' }, { Prefix: 'b/' }]);
      expect(page.Contents?.map(({ Key }) => Key)).toEqual(['c', 'd & <e>']);
    }
  });

  it('deletes many at once', async () => {
    const Delete = { Objects: [{ Key: 'a/2' }, { Key: 'never there' }] };
    const reply = await used.client().send(new DeleteObjectsCommand({ Bucket, Delete }));
    expect(reply.Deleted).toEqual(Delete.Objects);
    const left = await used.client().send(new ListObjectsV2Command({ Bucket, Prefix: 'a/' }));
    expect(left.Contents?.map(({ Key }) => Key)).toEqual(['a/1']);
  });

  it('knows its buckets', async () => {
    const client = used.client();
    await client.send(new CreateBucketCommand({ Bucket: 'made-now' }));
    const listed = await client.send(new ListBucketsCommand({}));
    expect(listed.Buckets?.map(({ Name }) => Name)).toEqual(['listed', 'made-now', 'other']);
    const head = await client.send(new HeadBucketCommand({ Bucket }));
    expect(head.BucketRegion).toBe('eu-central-1');
    const { LocationConstraint } = await client.send(new GetBucketLocationCommand({ Bucket }));
    expect(LocationConstraint).toBe('eu-central-1');
    expect(await errorName(client.send(new HeadBucketCommand({ Bucket: 'not-there' })))).toBe('NotFound');
    expect(await errorName(client.send(new CreateBucketCommand({ Bucket: 'Not_A_Name' })))).toBe(
      'InvalidBucketName',
    );
  });
});

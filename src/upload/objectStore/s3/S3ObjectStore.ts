import type { ObjectStore } from '../objectStore';
import { multipartOperations } from './multipartOperations';
import { StoreClient, type S3ObjectStoreOptions, type Run } from './storeClient';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  type ListMultipartUploadsCommandOutput,
  type ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3';
import { conditionFields } from './conditionFields';
import { fromFields, toBodyFields } from './checksumFields';
import { headObject, wholeSize } from './headObject';
import { allPages } from './allPages';

export type { S3ObjectStoreOptions } from './storeClient';
export { classifyError, isRetryableError } from './classifyError';

/** One bucket of any S3-compatible server, over HTTP. See `ObjectStore` for the contract. */
export function createS3ObjectStore(options: S3ObjectStoreOptions): ObjectStore {
  const client = new StoreClient(options);
  return {
    ...objectOperations(client),
    ...multipartOperations(client),
    ...listOperations(client),
    close: () => client.close(),
  };
}

type ObjectOperations = Pick<ObjectStore, 'putObject' | 'headObject' | 'getObject' | 'deleteObject'>;

/** Operations on whole objects. */
function objectOperations(client: StoreClient): ObjectOperations {
  const Bucket = client.bucket;
  return {
    async putObject({ key, body, contentType, metadata, checksum, onBytesSent, signal, ...condition }) {
      const input = {
        Bucket,
        Key: key,
        Body: body,
        ContentType: contentType,
        Metadata: metadata,
        ...client.attributes,
        ...conditionFields(condition),
        ...toBodyFields(checksum),
      };
      const call = { signal, onBytesSent };
      const reply = await client.send(
        'PutObject',
        (s3, options) => client.direct.send(s3, input, options),
        call,
      );
      return { etag: reply.ETag ?? '', versionId: reply.VersionId, checksum: fromFields(reply) };
    },

    headObject: (input) => headObject({ client, ...input }),

    async getObject({ key, range, signal }) {
      const Range = range ? `bytes=${range.first}-${range.last}` : undefined;
      const run: Run<GetObjectCommandOutput> = (s3, options) =>
        s3.send(new GetObjectCommand({ Bucket, Key: key, Range }), options);
      const reply = await client.send('GetObject', run, { signal });
      return {
        size: reply.ContentLength,
        wholeSize: wholeSize(reply),
        etag: reply.ETag || undefined,
        metadata: reply.Metadata ?? {},
        body: readBody(client, reply.Body),
      };
    },

    async deleteObject({ key, signal }) {
      const run: Run<unknown> = (s3, options) =>
        s3.send(new DeleteObjectCommand({ Bucket, Key: key }), options);
      await client.send('DeleteObject', run, { signal });
    },
  };
}

async function* readBody(
  client: StoreClient,
  body: GetObjectCommandOutput['Body'],
): AsyncIterable<Uint8Array> {
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) yield chunk;
  } catch (error) {
    throw client.fail(error, 'GetObject');
  }
}

type Listed = { key: string; uploadId: string; initiatedAt: number };

/** Listings of the bucket, all pages. */
function listOperations(client: StoreClient): Pick<ObjectStore, 'listMultipartUploads' | 'listObjects'> {
  const Bucket = client.bucket;
  return {
    listMultipartUploads: ({ prefix, signal }) =>
      allPages({
        async page(marker?: string) {
          const [KeyMarker, UploadIdMarker] = fromMarker(marker);
          const input = { Bucket, Prefix: prefix, KeyMarker, UploadIdMarker };
          const run: Run<ListMultipartUploadsCommandOutput> = (s3, options) =>
            s3.send(new ListMultipartUploadsCommand(input), options);
          const reply = await client.send('ListMultipartUploads', run, { signal });
          const items = readUploads(reply);
          return { items, next: reply.IsTruncated ? nextMarker(reply, items) : undefined };
        },
        identify: ({ key, uploadId }) => `${key}\0${uploadId}`,
      }),

    listObjects: ({ prefix, signal }) =>
      allPages({
        async page(token?: string) {
          const input = { Bucket, Prefix: prefix, ContinuationToken: token };
          const run: Run<ListObjectsV2CommandOutput> = (s3, options) =>
            s3.send(new ListObjectsV2Command(input), options);
          const reply = await client.send('ListObjectsV2', run, { signal });
          const items = (reply.Contents ?? []).flatMap(({ Key, Size }) =>
            Key === undefined ? [] : [{ key: Key, size: Size }],
          );
          return { items, next: reply.IsTruncated ? reply.NextContinuationToken : undefined };
        },
        identify: ({ key }) => key,
      }),
  };
}

/** An upload without its id could not be aborted: the request would delete the object. */
function readUploads({ Uploads = [] }: ListMultipartUploadsCommandOutput): Listed[] {
  return Uploads.flatMap(({ Key, UploadId, Initiated }) =>
    Key && UploadId ? [{ key: Key, uploadId: UploadId, initiatedAt: Initiated?.getTime() ?? 0 }] : [],
  );
}

/** Both markers in one string; if the server names none, continues after the last upload of the page. */
function nextMarker(
  { NextKeyMarker, NextUploadIdMarker }: ListMultipartUploadsCommandOutput,
  items: readonly Listed[],
): string | undefined {
  if (NextKeyMarker) return `${NextKeyMarker}\0${NextUploadIdMarker ?? ''}`;
  const last = items.at(-1);
  return last && `${last.key}\0${last.uploadId}`;
}

function fromMarker(marker: string | undefined): [string?, string?] {
  const [keyMarker, uploadIdMarker] = marker?.split('\0') ?? [];
  return [keyMarker, uploadIdMarker || undefined];
}

import {
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  type ListMultipartUploadsCommandOutput,
  type ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3';
import type { ObjectStore } from '../objectStore';
import { allPages } from './allPages';
import type { Run, StoreClient } from './storeClient';

type Listed = { key: string; uploadId: string; initiatedAt: number };

/** Listings of the bucket, all pages. */
export function listOperations(
  client: StoreClient,
): Pick<ObjectStore, 'listMultipartUploads' | 'listObjects'> {
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

import {
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  type ListMultipartUploadsCommandOutput,
  type ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3';
import type { ObjectStore } from '../types';
import type { Run, StoreClient } from './storeClient';

/** What is in the bucket, all pages. */
export function listOperations(
  client: StoreClient,
): Pick<ObjectStore, 'listMultipartUploads' | 'listObjects'> {
  const Bucket = client.bucket;
  return {
    async listMultipartUploads({ prefix, signal }) {
      const uploads: { key: string; uploadId: string; initiatedAt: number }[] = [];
      let next: { KeyMarker?: string; UploadIdMarker?: string } | undefined = {};
      while (next) {
        const input = { Bucket, Prefix: prefix, ...next };
        const run: Run<ListMultipartUploadsCommandOutput> = (s3, options) =>
          s3.send(new ListMultipartUploadsCommand(input), options);
        const operation = 'ListMultipartUploads';
        const page: ListMultipartUploadsCommandOutput = await client.send(operation, run, { signal });
        for (const { Key, UploadId, Initiated } of page.Uploads ?? [])
          uploads.push({ key: Key ?? '', uploadId: UploadId ?? '', initiatedAt: Initiated?.getTime() ?? 0 });
        next = page.IsTruncated
          ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
          : undefined;
      }
      return uploads;
    },

    async listObjects({ prefix, signal }) {
      const objects: { key: string; size: number }[] = [];
      let token: string | undefined;
      do {
        const input = { Bucket, Prefix: prefix, ContinuationToken: token };
        const run: Run<ListObjectsV2CommandOutput> = (s3, options) =>
          s3.send(new ListObjectsV2Command(input), options);
        const page: ListObjectsV2CommandOutput = await client.send('ListObjectsV2', run, { signal });
        for (const { Key, Size } of page.Contents ?? []) objects.push({ key: Key ?? '', size: Size ?? 0 });
        token = page.IsTruncated ? page.NextContinuationToken : undefined;
      } while (token);
      return objects;
    },
  };
}

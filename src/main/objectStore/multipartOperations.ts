import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  UploadPartCommand,
  type CompleteMultipartUploadCommandOutput,
  type CreateMultipartUploadCommandOutput,
  type ListPartsCommandOutput,
  type UploadPartCommandOutput,
} from '@aws-sdk/client-s3';
import { StoreFailure, type ListedPart, type ObjectStore } from '../types';
import { fromFields, toBodyFields, toPartFields } from './checksumFields';
import type { Run, StoreClient } from './storeClient';

type MultipartOperations = Pick<
  ObjectStore,
  'createMultipartUpload' | 'uploadPart' | 'listParts' | 'completeMultipartUpload' | 'abortMultipartUpload'
>;

/** Objects in parts. */
export function multipartOperations(client: StoreClient): MultipartOperations {
  const Bucket = client.bucket;
  return {
    async createMultipartUpload({ key, contentType, metadata, checksumAlgorithm, signal }) {
      const ChecksumAlgorithm = checksumAlgorithm === 'MD5' ? undefined : checksumAlgorithm;
      const input = { Bucket, Key: key, ContentType: contentType, Metadata: metadata, ChecksumAlgorithm };
      const run: Run<CreateMultipartUploadCommandOutput> = (s3, options) =>
        s3.send(new CreateMultipartUploadCommand(input), options);
      const operation = 'CreateMultipartUpload';
      const reply = await client.send(operation, run, { signal });
      return { uploadId: required(client, operation, reply.UploadId) };
    },

    async uploadPart({ key, uploadId, number, body, checksum, onBytesSent, signal }) {
      const input = { Bucket, Key: key, UploadId: uploadId, PartNumber: number, Body: body };
      const run: Run<UploadPartCommandOutput> = (s3, options) =>
        s3.send(new UploadPartCommand({ ...input, ...toBodyFields(checksum) }), options);
      const reply = await client.send('UploadPart', run, { signal, onBytesSent });
      return { etag: required(client, 'UploadPart', reply.ETag), checksum: fromFields(reply) };
    },

    listParts: (input) => listAllParts(client, input),

    async completeMultipartUpload({ key, uploadId, parts, ifNoneMatch, signal }) {
      const Parts = parts.map(({ number, etag, checksum }) => ({
        PartNumber: number,
        ETag: etag,
        ...toPartFields(checksum),
      }));
      const input = {
        Bucket,
        Key: key,
        UploadId: uploadId,
        MultipartUpload: { Parts },
        IfNoneMatch: ifNoneMatch ? '*' : undefined,
      };
      const run: Run<CompleteMultipartUploadCommandOutput> = (s3, options) =>
        s3.send(new CompleteMultipartUploadCommand(input), options);
      const operation = 'CompleteMultipartUpload';
      const reply = await client.send(operation, run, { signal });
      return { etag: reply.ETag || undefined, versionId: reply.VersionId };
    },

    async abortMultipartUpload({ key, uploadId, signal }) {
      const run: Run<unknown> = (s3, options) =>
        s3.send(new AbortMultipartUploadCommand({ Bucket, Key: key, UploadId: uploadId }), options);
      try {
        await client.send('AbortMultipartUpload', run, { signal });
      } catch (error) {
        if (!isGoneAlready(error)) throw error;
      }
    },
  };
}

async function listAllParts(
  client: StoreClient,
  { key, uploadId, signal }: Parameters<ObjectStore['listParts']>[0],
): Promise<ListedPart[]> {
  const parts: ListedPart[] = [];
  let marker: string | undefined;
  do {
    const input = { Bucket: client.bucket, Key: key, UploadId: uploadId, PartNumberMarker: marker };
    const run: Run<ListPartsCommandOutput> = (s3, options) => s3.send(new ListPartsCommand(input), options);
    const page = await client.send('ListParts', run, { signal });
    parts.push(...readParts(page));
    const next = page.IsTruncated ? page.NextPartNumberMarker : undefined;
    // A server that names the same place again would be asked for ever; what it left out is sent again.
    marker = Number(next) > Number(marker ?? 0) ? next : undefined;
  } while (marker);
  return parts.sort((a, b) => a.number - b.number);
}

function isGoneAlready(error: unknown): boolean {
  if (!(error instanceof StoreFailure)) return false;
  return error.httpStatus === 404 && error.error.code !== 'NoSuchBucket';
}

function readParts(page: ListPartsCommandOutput): ListedPart[] {
  return (page.Parts ?? []).map((part) => ({
    number: part.PartNumber ?? 0,
    size: part.Size ?? 0,
    etag: part.ETag ?? '',
    checksum: fromFields(part),
  }));
}

/** A reply without what it is for was cut off or made by something in between: as good as none. */
function required(client: StoreClient, operation: string, value: string | undefined): string {
  if (value) return value;
  throw client.fail(
    Object.assign(new Error('the reply is incomplete'), { code: 'IncompleteReply' }),
    operation,
  );
}

import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  type CompleteMultipartUploadCommandOutput,
  type CreateMultipartUploadCommandOutput,
  type ListPartsCommandOutput,
} from '@aws-sdk/client-s3';
import { ObjectStoreError, type ListedPart, type ObjectStore } from '../objectStore';
import { allPages } from './allPages';
import { conditionFields } from './conditionFields';
import { fromFields, toBodyFields, toPartFields } from './checksumFields';
import type { Run, StoreClient } from './storeClient';

type MultipartOperations = Pick<
  ObjectStore,
  'createMultipartUpload' | 'uploadPart' | 'listParts' | 'completeMultipartUpload' | 'abortMultipartUpload'
>;

/** Multipart operations. */
export function multipartOperations(client: StoreClient): MultipartOperations {
  const Bucket = client.bucket;
  return {
    async createMultipartUpload({ key, contentType, metadata, checksumAlgorithm, signal }) {
      const ChecksumAlgorithm = checksumAlgorithm === 'MD5' ? undefined : checksumAlgorithm;
      const described = { ContentType: contentType, Metadata: metadata, ...client.attributes };
      const input = { Bucket, Key: key, ...described, ChecksumAlgorithm };
      const run: Run<CreateMultipartUploadCommandOutput> = (s3, options) =>
        s3.send(new CreateMultipartUploadCommand(input), options);
      const operation = 'CreateMultipartUpload';
      const reply = await client.send(operation, run, { signal });
      const uploadId = required(client, operation, reply.UploadId);
      if (reply.Key?.endsWith(`/${key}`)) {
        await abort(client, { key, uploadId, signal });
        throw client.fail(storedBelow(reply.Key), operation);
      }
      return { uploadId };
    },

    async uploadPart({ key, uploadId, number, body, checksum, onBytesSent, signal }) {
      const part = { Bucket, Key: key, UploadId: uploadId, PartNumber: number, Body: body };
      const input = { ...part, ...toBodyFields(checksum) };
      const call = { signal, onBytesSent };
      const reply = await client.send(
        'UploadPart',
        (s3, options) => client.direct.send(s3, input, options),
        call,
      );
      const etag = reply.ETag ?? (await listedEtag(client, { key, uploadId, number, signal }));
      return { etag: required(client, 'UploadPart', etag), checksum: fromFields(reply) };
    },

    listParts: (input) => listAllParts(client, input),

    async completeMultipartUpload({ key, uploadId, parts, signal, ...condition }) {
      const Parts = parts.map(({ number, etag, checksum }) => ({
        PartNumber: number,
        // Servers only know strong ETags of parts; a gateway may have marked them as weak.
        ETag: etag.replace(/^W\//, ''),
        ...toPartFields(checksum),
      }));
      const input = {
        Bucket,
        Key: key,
        UploadId: uploadId,
        MultipartUpload: { Parts },
        ...conditionFields(condition),
      };
      const run: Run<CompleteMultipartUploadCommandOutput> = (s3, options) =>
        s3.send(new CompleteMultipartUploadCommand(input), options);
      const operation = 'CompleteMultipartUpload';
      const reply = await client.send(operation, run, { signal });
      return { etag: reply.ETag || undefined, versionId: reply.VersionId };
    },

    abortMultipartUpload: (input) => abort(client, input),
  };
}

async function abort(
  client: StoreClient,
  { key, uploadId, signal }: Parameters<ObjectStore['abortMultipartUpload']>[0],
): Promise<void> {
  const input = { Bucket: client.bucket, Key: key, UploadId: uploadId };
  const run: Run<unknown> = (s3, options) => s3.send(new AbortMultipartUploadCommand(input), options);
  try {
    await client.send('AbortMultipartUpload', run, { signal });
  } catch (error) {
    if (!isGoneAlready(error)) throw error;
  }
}

/** The ETag of a part whose upload reply had none. */
async function listedEtag(
  client: StoreClient,
  { key, uploadId, number, signal }: { key: string; uploadId: string; number: number; signal?: AbortSignal },
): Promise<string | undefined> {
  const at = { Bucket: client.bucket, Key: key, UploadId: uploadId };
  const input = { ...at, PartNumberMarker: String(number - 1), MaxParts: 1 };
  const run: Run<ListPartsCommandOutput> = (s3, options) => s3.send(new ListPartsCommand(input), options);
  const { Parts = [] } = await client.send('ListParts', run, { signal });
  return Parts.find(({ PartNumber }) => PartNumber === number)?.ETag;
}

/** A server that takes the first path segment for a folder, because its address already contains the bucket. */
function storedBelow(foundAt: string): Error {
  return Object.assign(new Error(`the server stores under ${foundAt}`), { code: 'BucketInEndpoint' });
}

async function listAllParts(
  client: StoreClient,
  { key, uploadId, signal }: Parameters<ObjectStore['listParts']>[0],
): Promise<ListedPart[]> {
  const at = { Bucket: client.bucket, Key: key, UploadId: uploadId };
  const parts = await allPages({
    async page(marker?: string) {
      const input = { ...at, PartNumberMarker: marker };
      const run: Run<ListPartsCommandOutput> = (s3, options) => s3.send(new ListPartsCommand(input), options);
      const reply = await client.send('ListParts', run, { signal });
      const items = readParts(reply);
      const last = items.at(-1)?.number;
      const next = reply.NextPartNumberMarker ?? (last === undefined ? undefined : String(last));
      return { items, next: reply.IsTruncated ? next : undefined };
    },
    identify: (part) => String(part.number),
  });
  return parts.sort((a, b) => a.number - b.number);
}

function isGoneAlready(error: unknown): boolean {
  if (!(error instanceof ObjectStoreError)) return false;
  return error.httpStatus === 404 && error.problem.code !== 'NoSuchBucket';
}

function readParts(page: ListPartsCommandOutput): ListedPart[] {
  // A part with missing fields cannot be verified: it is sent again.
  return (page.Parts ?? []).flatMap((part) => {
    const { PartNumber: number, Size: size, ETag: etag } = part;
    return number === undefined || size === undefined || !etag
      ? []
      : [{ number, size, etag, checksum: fromFields(part) }];
  });
}

/** A reply without its main field was truncated or altered in transit: counts as no reply. */
function required(client: StoreClient, operation: string, value: string | undefined): string {
  if (value) return value;
  throw client.fail(
    Object.assign(new Error('the reply is incomplete'), { code: 'IncompleteReply' }),
    operation,
  );
}

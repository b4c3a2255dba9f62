import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type GetObjectCommandOutput,
  type HeadObjectCommandOutput,
  type PutObjectCommandOutput,
} from '@aws-sdk/client-s3';
import { StoreFailure, type ObjectHead, type ObjectStore } from '../types';
import { fromFields, toBodyFields } from './checksumFields';
import type { Run, StoreClient } from './storeClient';

type ObjectOperations = Pick<ObjectStore, 'putObject' | 'headObject' | 'getObject' | 'deleteObject'>;

/** Whole objects. */
export function objectOperations(client: StoreClient): ObjectOperations {
  const Bucket = client.bucket;
  return {
    async putObject({ key, body, contentType, metadata, checksum, ifNoneMatch, onBytesSent, signal }) {
      const input = {
        Bucket,
        Key: key,
        Body: body,
        ContentType: contentType,
        Metadata: metadata,
        IfNoneMatch: ifNoneMatch ? '*' : undefined,
        ...toBodyFields(checksum),
      };
      const run: Run<PutObjectCommandOutput> = (s3, options) => s3.send(new PutObjectCommand(input), options);
      const reply = await client.send('PutObject', run, { signal, onBytesSent });
      return { etag: reply.ETag ?? '', versionId: reply.VersionId };
    },

    async headObject({ key, signal }) {
      const run: Run<HeadObjectCommandOutput> = (s3, options) =>
        s3.send(new HeadObjectCommand({ Bucket, Key: key, ChecksumMode: 'ENABLED' }), options);
      try {
        return readHead(await client.send('HeadObject', run, { signal }));
      } catch (error) {
        if (error instanceof StoreFailure && error.httpStatus === 404) return null;
        throw error;
      }
    },

    async getObject({ key, range, signal }) {
      const Range = range ? `bytes=${range.first}-${range.last}` : undefined;
      const run: Run<GetObjectCommandOutput> = (s3, options) =>
        s3.send(new GetObjectCommand({ Bucket, Key: key, Range }), options);
      const reply = await client.send('GetObject', run, { signal });
      return {
        size: reply.ContentLength ?? 0,
        etag: reply.ETag ?? '',
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

function readHead(reply: HeadObjectCommandOutput): ObjectHead {
  const checksum = fromFields(reply);
  return {
    size: reply.ContentLength ?? 0,
    etag: reply.ETag ?? '',
    versionId: reply.VersionId,
    checksum: checksum && { ...checksum, composite: isComposite(reply, checksum.value) },
    metadata: reply.Metadata ?? {},
  };
}

function isComposite(reply: HeadObjectCommandOutput, value: string): boolean {
  return reply.ChecksumType === 'COMPOSITE' || /-\d+$/.test(value);
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

import { DeleteObjectCommand, GetObjectCommand, type GetObjectCommandOutput } from '@aws-sdk/client-s3';
import type { ObjectStore } from '../objectStore';
import { conditionFields } from './conditionFields';
import { fromFields, toBodyFields } from './checksumFields';
import { headObject, wholeSize } from './headObject';
import type { Run, StoreClient } from './storeClient';

type ObjectOperations = Pick<ObjectStore, 'putObject' | 'headObject' | 'getObject' | 'deleteObject'>;

/** Operations on whole objects. */
export function objectOperations(client: StoreClient): ObjectOperations {
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

import { S3Error } from '../errors.ts';
import { toXml } from '../xml.ts';
import type { BucketFolder } from '../storage/bucketFolder.ts';
import type { StoredObject } from '../storage/types.ts';
import { xmlReply, type OperationContext, type Reply } from './reply.ts';

type Entry = { kind: 'object'; key: string; object: StoredObject } | { kind: 'prefix'; key: string };

export async function listObjectsV2(context: OperationContext): Promise<Reply> {
  const { query } = context.request;
  const token = query.get('continuation-token');
  const after = token ? Buffer.from(token, 'base64url').toString('utf8') : (query.get('start-after') ?? '');
  const { page, isTruncated, common } = await list(context, after);
  const last = page.at(-1)?.key;
  const next = isTruncated && last !== undefined ? Buffer.from(last).toString('base64url') : undefined;
  return xmlReply(
    toXml('ListBucketResult', {
      ...common,
      KeyCount: page.length,
      ContinuationToken: token,
      NextContinuationToken: next,
      StartAfter: query.get('start-after'),
    }),
  );
}

export async function listObjectsV1(context: OperationContext): Promise<Reply> {
  const { query } = context.request;
  const marker = query.get('marker') ?? '';
  const { page, isTruncated, common, encode } = await list(context, marker);
  const last = page.at(-1)?.key;
  const next = isTruncated && last !== undefined ? encode(last) : undefined;
  return xmlReply(toXml('ListBucketResult', { ...common, Marker: encode(marker), NextMarker: next }));
}

async function list({ store, request }: OperationContext, after: string) {
  const { query } = request;
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') || undefined;
  const maxKeys = readLimit(query.get('max-keys'));
  const encode = query.get('encoding-type') === 'url' ? urlEncode : (text: string) => text;
  const bucket = await store.get(request.bucket!);
  // One more than the page holds, to detect a next page.
  const entries = await firstEntries(bucket, { prefix, delimiter, after, limit: maxKeys + 1 });
  const page = entries.slice(0, maxKeys);
  const isTruncated = entries.length > page.length && maxKeys > 0;
  const common = {
    Name: request.bucket,
    Prefix: encode(prefix),
    Delimiter: delimiter && encode(delimiter),
    MaxKeys: maxKeys,
    EncodingType: query.get('encoding-type'),
    IsTruncated: isTruncated,
    Contents: page.flatMap((entry) => (entry.kind === 'object' ? [contents(entry.object, encode)] : [])),
    CommonPrefixes: page.flatMap(({ kind, key }) => (kind === 'prefix' ? [{ Prefix: encode(key) }] : [])),
  };
  return { page, isTruncated, common, encode };
}

type Wanted = { prefix: string; delimiter: string | undefined; after: string };

/**
 * Keys with the prefix; keys that share the part up to the delimiter become one entry. Only listed objects are looked
 * up on disk: an object without content is left out, and a shared part is listed if one of its objects exists.
 */
async function firstEntries(
  bucket: BucketFolder,
  { limit, ...wanted }: Wanted & { limit: number },
): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const object of bucket.sortedIndex()) {
    if (entries.length >= limit) break;
    const entry = entryOf(object, wanted);
    if (!entry || entries.at(-1)?.key === entry.key) continue;
    if (await bucket.hasContent(object)) entries.push(entry);
  }
  return entries;
}

function entryOf(object: StoredObject, { prefix, delimiter, after }: Wanted): Entry | undefined {
  if (!object.key.startsWith(prefix)) return undefined;
  const at = delimiter ? object.key.indexOf(delimiter, prefix.length) : -1;
  const entry: Entry =
    at < 0
      ? { kind: 'object', key: object.key, object }
      : { kind: 'prefix', key: object.key.slice(0, at + delimiter!.length) };
  return isAfter(entry.key, after) ? entry : undefined;
}

function contents(object: StoredObject, encode: (text: string) => string) {
  return {
    Key: encode(object.key),
    LastModified: new Date(object.lastModified).toISOString(),
    ETag: `"${object.etag}"`,
    ChecksumAlgorithm: object.checksum?.algorithm,
    ChecksumType: object.checksum?.type,
    Size: object.size,
    StorageClass: 'STANDARD',
  };
}

/** The page size: at most 1,000, as in S3. */
export function readLimit(text: string | undefined): number {
  if (text === undefined || text === '') return 1000;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 0) throw new S3Error('InvalidArgument', 'Not a page size.');
  return Math.min(limit, 1000);
}

export function urlEncode(text: string): string {
  return encodeURIComponent(text).replace(/%2F/g, '/');
}

function isAfter(key: string, after: string): boolean {
  return after === '' || Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0;
}

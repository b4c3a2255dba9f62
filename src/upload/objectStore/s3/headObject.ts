import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type GetObjectCommandOutput,
  type HeadObjectCommandOutput,
  type ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3';
import type { Readable } from 'node:stream';
import { ObjectStoreError, type ObjectHead } from '../objectStore';
import { fromFields } from './checksumFields';
import type { Run, StoreClient } from './storeClient';

const NOT_FOUND = new Set([404]);
/** Range not satisfiable: the object is empty. */
const EMPTY = new Set([416]);

type Look = { client: StoreClient; key: string; signal?: AbortSignal };

/** Statuses with which servers and gateways refuse an unsupported method or header. */
const REFUSES_FEATURE = new Set([400, 405, 406, 411, 415, 422, 501, 505]);
/** If HEAD fails with one of these, GET returns a better error. */
const REFUSES_HEAD = new Set([...REFUSES_FEATURE, 401, 403]);

/**
 * Looks up an object by HEAD. If HEAD is refused or lacks necessary fields, uses a GET of one byte and a listing (a CDN
 * may drop Content-Length, ETag or x-amz-meta-*).
 * @returns null if there is no object
 */
export async function headObject(look: Look): Promise<ObjectHead | null> {
  await look.client.dialect.ready();
  const head = await askByAnyMethod(look);
  if (!head || isWhole(head)) return head;
  return askByListing(look, merge(head, await orNothing(() => askByGet(look))));
}

function isWhole({ size, etag, metadata }: ObjectHead): boolean {
  // A proxy may also turn an absent size into 0.
  return Boolean(size) && Boolean(etag) && Object.keys(metadata).length > 0;
}

/** HEAD, or GET if HEAD is not supported. A feature counts as unsupported once it is refused twice. */
async function askByAnyMethod(look: Look): Promise<ObjectHead | null> {
  const { dialect } = look.client;
  if (!dialect.takes('headRequests')) return askByGet(look);
  try {
    return await askByHead(look);
  } catch (refusal) {
    if (!hasStatus(refusal, REFUSES_HEAD)) throw refusal;
    const found = await askByGet(look);
    try {
      return await askByHead(look);
    } catch (again) {
      if (!hasStatus(again, REFUSES_HEAD)) throw again;
      // Without an object, the refusal may be about the missing object, not about HEAD.
      if (found) await dialect.refuses('headRequests');
      return found;
    }
  }
}

async function askByHead(look: Look): Promise<ObjectHead | null> {
  const { dialect } = look.client;
  if (!dialect.takes('checksumMode')) return sendHead(look, false);
  try {
    return await sendHead(look, true);
  } catch (refusal) {
    if (!hasStatus(refusal, REFUSES_FEATURE)) throw refusal;
    const plain = await sendHead(look, false);
    try {
      return await sendHead(look, true);
    } catch (again) {
      if (!hasStatus(again, REFUSES_FEATURE)) throw again;
      await dialect.refuses('checksumMode');
      return plain;
    }
  }
}

async function sendHead({ client, key, signal }: Look, withChecksum: boolean): Promise<ObjectHead | null> {
  const ChecksumMode = withChecksum ? 'ENABLED' : undefined;
  const run: Run<HeadObjectCommandOutput> = (s3, options) =>
    s3.send(new HeadObjectCommand({ Bucket: client.bucket, Key: key, ChecksumMode }), options);
  return orNull(async () => readHead(await client.send('HeadObject', run, { signal })));
}

async function askByGet({ client, key, signal }: Look): Promise<ObjectHead | null> {
  const input = { Bucket: client.bucket, Key: key, Range: 'bytes=0-0' };
  const run: Run<GetObjectCommandOutput> = (s3, options) => s3.send(new GetObjectCommand(input), options);
  try {
    return await orNull(async () => {
      const reply = await client.send('GetObject', run, { signal });
      // A server without range support would send the whole object.
      (reply.Body as Readable | undefined)?.destroy();
      return { ...readHead(reply), size: wholeSize(reply) };
    });
  } catch (error) {
    if (hasStatus(error, EMPTY)) return { size: 0, metadata: {} };
    throw error;
  }
}

/** The size of the whole object in the reply to a range GET. */
export function wholeSize({
  ContentRange,
  ContentLength,
}: Pick<GetObjectCommandOutput, 'ContentRange' | 'ContentLength'>): number | undefined {
  if (ContentRange === undefined) return ContentLength;
  const total = /\/(\d+)$/.exec(ContentRange)?.[1];
  return total === undefined ? undefined : Number(total);
}

async function askByListing({ client, key, signal }: Look, head: ObjectHead): Promise<ObjectHead> {
  if (head.size !== undefined && head.etag) return head;
  const input = { Bucket: client.bucket, Prefix: key, MaxKeys: 1 };
  const run: Run<ListObjectsV2CommandOutput> = (s3, options) =>
    s3.send(new ListObjectsV2Command(input), options);
  const found = await orNothing(async () => {
    const { Contents = [] } = await client.send('ListObjectsV2', run, { signal });
    const at = Contents.find(({ Key }) => Key === key);
    return at ? { size: at.Size, etag: at.ETag, metadata: {} } : null;
  });
  return merge(head, found);
}

/** Fills the missing fields of `head` from `more`. */
function merge(head: ObjectHead, more: ObjectHead | null): ObjectHead {
  if (!more) return head.size === 0 && !head.etag ? { ...head, size: undefined } : head;
  return {
    ...head,
    size: head.size || more.size,
    etag: head.etag ?? more.etag,
    metadata: Object.keys(head.metadata).length > 0 ? head.metadata : more.metadata,
  };
}

function readHead(reply: HeadObjectCommandOutput | GetObjectCommandOutput): ObjectHead {
  const checksum = fromFields(reply);
  return {
    size: reply.ContentLength,
    etag: reply.ETag || undefined,
    versionId: reply.VersionId,
    checksum: checksum && { ...checksum, composite: isComposite(reply, checksum.value) },
    metadata: reply.Metadata ?? {},
  };
}

function isComposite(reply: Pick<HeadObjectCommandOutput, 'ChecksumType'>, value: string): boolean {
  return reply.ChecksumType === 'COMPOSITE' || /-\d+$/.test(value);
}

async function orNull<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (hasStatus(error, NOT_FOUND) && error.problem.code !== 'NoSuchBucket') return null;
    throw error;
  }
}

/** These credentials may not allow the second request: then use the first answer. */
async function orNothing<T>(ask: () => Promise<T | null>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ObjectStoreError && error.verdict === 'needs-user') return null;
    throw error;
  }
}

function hasStatus(error: unknown, statuses: ReadonlySet<number>): error is ObjectStoreError {
  return error instanceof ObjectStoreError && statuses.has(error.httpStatus ?? 0);
}

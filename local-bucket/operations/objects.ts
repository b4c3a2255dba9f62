import { S3Error } from '../errors.ts';
import { openBody, readText } from '../body/receiveBody.ts';
import { elements, parseXml, textOf, toXml } from '../xml.ts';
import type { StoredObject } from '../storage/types.ts';
import { writeCondition } from './conditions.ts';
import { askedForHeaders, checksumHeaders, objectHeaders, readLabels } from './labels.ts';
import { xmlReply, type KeyContext, type OperationContext, type Reply } from './reply.ts';

export async function putObject({ request, bucket, key, body, now }: KeyContext): Promise<Reply> {
  if (request.headers['x-amz-copy-source']) throw new S3Error('NotImplemented');
  requireLength(request.headers);
  const condition = writeCondition(request.headers);
  condition(await bucket.object(key));
  const { chunks, verify } = await openBody(body);
  let facts: ReturnType<typeof verify> | undefined;
  const data = await bucket.data.write(chunks, () => (facts = verify()));
  const { size, md5, checksum } = facts!;
  const object: StoredObject = {
    ...readLabels(request.headers),
    key,
    size,
    etag: md5,
    lastModified: now,
    segments: [{ data, size }],
    checksum: checksum && { ...checksum, type: 'FULL_OBJECT' },
  };
  try {
    await bucket.putObject(object, condition);
  } catch (error) {
    await bucket.data.remove(data);
    throw error;
  }
  const type: Record<string, string> = checksum ? { 'x-amz-checksum-type': 'FULL_OBJECT' } : {};
  return { status: 200, headers: { etag: `"${md5}"`, ...checksumHeaders(checksum), ...type } };
}

export async function getObject(context: KeyContext): Promise<Reply> {
  const object = await findObject(context);
  const range = readRange(context.request.headers.range, object.size);
  const withChecksum = !range && wantsChecksum(context);
  const { first, last } = range ?? { first: 0, last: object.size - 1 };
  const headers = {
    ...objectHeaders(object, withChecksum),
    ...askedForHeaders(context.request.query),
    'content-length': String(last - first + 1),
  };
  const body = context.bucket.data.read(object.segments, first, last);
  if (!range) return { status: 200, headers, body };
  const contentRange = `bytes ${first}-${last}/${object.size}`;
  return { status: 206, headers: { ...headers, 'content-range': contentRange }, body };
}

export async function headObject(context: KeyContext): Promise<Reply> {
  const object = await findObject(context);
  const headers = objectHeaders(object, wantsChecksum(context));
  return { status: 200, headers: { ...headers, 'content-length': String(object.size) } };
}

export async function deleteObject({ bucket, key }: KeyContext): Promise<Reply> {
  await bucket.deleteObject(key);
  return { status: 204 };
}

export async function deleteObjects(context: OperationContext): Promise<Reply> {
  const bucket = await context.store.get(context.request.bucket!);
  const root = parseXml(await readText(context.body))?.Delete as Record<string, unknown> | undefined;
  if (!root) throw new S3Error('MalformedXML');
  const keys = elements(root, 'Object').map((one) => textOf(one, 'Key') ?? '');
  for (const key of keys) await bucket.deleteObject(key);
  const quiet = textOf(root, 'Quiet') === 'true';
  return xmlReply(toXml('DeleteResult', { Deleted: quiet ? [] : keys.map((Key) => ({ Key })) }));
}

export function requireLength(headers: Record<string, string>): void {
  const known = headers['content-length'] ?? headers['x-amz-decoded-content-length'];
  if (known === undefined) throw new S3Error('MissingContentLength');
}

async function findObject({ bucket, key }: KeyContext): Promise<StoredObject> {
  const object = await bucket.object(key);
  if (!object) throw new S3Error('NoSuchKey', undefined, { Key: key });
  return object;
}

function wantsChecksum({ request }: KeyContext): boolean {
  return request.headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED';
}

/** Null if there is no range, or one that S3 ignores. */
function readRange(header: string | undefined, size: number): { first: number; last: number } | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return null;
  const suffix = match[1] === '';
  const first = suffix ? Math.max(0, size - Number(match[2])) : Number(match[1]);
  const last = suffix || match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1);
  if (first >= size || first > last) throw new S3Error('InvalidRange');
  return { first, last };
}

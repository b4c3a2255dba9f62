import { randomBytes } from 'node:crypto';
import { S3Error } from '../errors.ts';
import { openBody } from '../body/receiveBody.ts';
import { readAlgorithm, type Checksum } from '../body/checksums.ts';
import { toXml } from '../xml.ts';
import type { StoredPart, StoredUpload, UploadHeader } from '../storage/types.ts';
import { checksumElement, checksumHeaders, readLabels } from './labels.ts';
import { readLimit } from './listings.ts';
import { requireLength } from './objects.ts';
import { xmlReply, type KeyContext, type Reply } from './reply.ts';

const MAX_PARTS = 10_000;

export async function createMultipartUpload({ request, bucket, key, now }: KeyContext): Promise<Reply> {
  const checksum = readChecksumPlan(request.headers);
  const uploadId = randomBytes(24).toString('base64url');
  await bucket.createUpload({ ...readLabels(request.headers), key, uploadId, initiatedAt: now, checksum });
  const headers: Record<string, string> = checksum
    ? { 'x-amz-checksum-algorithm': checksum.algorithm, 'x-amz-checksum-type': checksum.type }
    : {};
  const result = { Bucket: bucket.name, Key: key, UploadId: uploadId };
  return xmlReply(toXml('InitiateMultipartUploadResult', result), headers);
}

export async function uploadPart({ request, bucket, key, body, now }: KeyContext): Promise<Reply> {
  if (request.headers['x-amz-copy-source']) throw new S3Error('NotImplemented');
  requireLength(request.headers);
  const number = Number(request.query.get('partNumber'));
  if (!Number.isInteger(number) || number < 1 || number > MAX_PARTS)
    throw new S3Error('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive');
  const uploadId = request.query.get('uploadId') ?? '';
  const upload = await bucket.upload(key, uploadId);
  const { chunks, verify } = await openBody(body, upload.checksum?.algorithm);
  let facts: ReturnType<typeof verify> | undefined;
  const data = await bucket.data.write(chunks, () => {
    facts = verify();
    checkAlgorithm(upload, facts.checksum);
  });
  const { size, md5, checksum } = facts!;
  const part: StoredPart = { number, size, etag: md5, lastModified: now, data, checksum };
  try {
    await bucket.putPart(key, uploadId, part);
  } catch (error) {
    await bucket.data.remove(data);
    throw error;
  }
  return { status: 200, headers: { etag: `"${md5}"`, ...checksumHeaders(checksum) } };
}

export async function listParts({ request, bucket, key }: KeyContext): Promise<Reply> {
  const upload = await bucket.upload(key, request.query.get('uploadId') ?? '');
  const after = Number(request.query.get('part-number-marker') ?? 0);
  const maxParts = readLimit(request.query.get('max-parts'));
  const parts = inOrder(await bucket.parts(upload)).filter(({ number }) => number > after);
  const page = parts.slice(0, maxParts);
  const isTruncated = parts.length > page.length;
  return xmlReply(
    toXml('ListPartsResult', {
      Bucket: bucket.name,
      Key: key,
      UploadId: upload.uploadId,
      PartNumberMarker: after,
      NextPartNumberMarker: page.at(-1)?.number ?? 0,
      MaxParts: maxParts,
      IsTruncated: isTruncated,
      ...planElements(upload),
      Part: page.map((part) => ({
        PartNumber: part.number,
        LastModified: new Date(part.lastModified).toISOString(),
        ETag: `"${part.etag}"`,
        Size: part.size,
        ...checksumElement(part.checksum),
      })),
    }),
  );
}

export async function abortMultipartUpload({ request, bucket, key }: KeyContext): Promise<Reply> {
  await bucket.abortUpload(key, request.query.get('uploadId') ?? '');
  return { status: 204 };
}

function inOrder(parts: StoredPart[]): StoredPart[] {
  return [...parts].sort((a, b) => a.number - b.number);
}

export function planElements(upload: StoredUpload): Record<string, string> {
  const { checksum } = upload;
  return checksum ? { ChecksumAlgorithm: checksum.algorithm, ChecksumType: checksum.type } : {};
}

/** S3's rules for combinations of checksum algorithm and type. */
function readChecksumPlan(headers: Record<string, string>): UploadHeader['checksum'] {
  const named = headers['x-amz-checksum-algorithm'];
  const algorithm = readAlgorithm(named);
  if (named && !algorithm) throw new S3Error('InvalidRequest', 'The checksum algorithm is not known.');
  if (!algorithm) return undefined;
  const preferred = algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE';
  const type = headers['x-amz-checksum-type']?.toUpperCase() ?? preferred;
  const allowed = type === 'FULL_OBJECT' ? algorithm.startsWith('CRC') : algorithm !== 'CRC64NVME';
  if ((type !== 'FULL_OBJECT' && type !== 'COMPOSITE') || !allowed)
    throw new S3Error('InvalidRequest', `The ${type} checksum type cannot be used with ${algorithm}.`);
  return { algorithm, type };
}

function checkAlgorithm(upload: StoredUpload, checksum: Checksum | undefined): void {
  const expected = upload.checksum?.algorithm;
  if (!expected || expected === checksum?.algorithm) return;
  throw new S3Error(
    'InvalidRequest',
    `The upload keeps ${expected}; the part came with ${checksum?.algorithm}.`,
  );
}

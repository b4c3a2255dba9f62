import { createHash } from 'node:crypto';
import { S3Error } from '../errors.ts';
import { checksumAlgorithms, checksumHeader, compositeChecksum, type Checksum } from '../body/checksums.ts';
import { combineCrcs } from '../body/combineCrc.ts';
import { readText, type IncomingBody } from '../body/receiveBody.ts';
import { elements, parseXml, textOf, toXml } from '../xml.ts';
import type { StoredObject, StoredPart, StoredUpload } from '../storage/types.ts';
import { writeCondition } from './conditions.ts';
import { checksumElement } from './labels.ts';
import { xmlReply, type KeyContext, type Reply } from './reply.ts';

const MIN_PART_BYTES = 5 * 1024 * 1024;

type WantedPart = { number: number; etag: string; checksum?: Checksum };

export async function completeMultipartUpload(context: KeyContext): Promise<Reply> {
  const { request, bucket, key, body, now } = context;
  const upload = await bucket.upload(key, request.query.get('uploadId') ?? '');
  const condition = writeCondition(request.headers);
  condition(await bucket.object(key));
  const wanted = readWantedParts(await readText(aboutItself(body)));
  const parts = chooseParts(upload, await bucket.parts(upload), wanted);
  const checksum = await objectChecksum(upload, parts);
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  checkPromises(request.headers, size, checksum);
  const object: StoredObject = {
    headers: upload.headers,
    metadata: upload.metadata,
    key,
    size,
    etag: compositeEtag(parts),
    lastModified: now,
    segments: parts.map(({ data, size: partSize }) => ({ data, size: partSize })),
    checksum,
    uploadId: upload.uploadId,
  };
  await bucket.completeUpload(object, upload, condition);
  return xmlReply(completedXml(context, object));
}

/** Checksum headers of this request describe the object, not the list of parts in its body. */
function aboutItself(body: IncomingBody): IncomingBody {
  const headers = Object.entries(body.headers).filter(([name]) => !name.startsWith('x-amz-checksum-'));
  return { ...body, headers: Object.fromEntries(headers) };
}

function completedXml({ request, bucket, key }: KeyContext, object: StoredObject): string {
  return toXml('CompleteMultipartUploadResult', {
    Location: `http://${request.headers.host}/${bucket.name}/${key}`,
    Bucket: bucket.name,
    Key: key,
    ETag: `"${object.etag}"`,
    ...checksumElement(object.checksum),
    ChecksumType: object.checksum?.type,
  });
}

function readWantedParts(text: string): WantedPart[] {
  const root = parseXml(text)?.CompleteMultipartUpload;
  const parts = elements(root, 'Part');
  if (parts.length === 0) throw new S3Error('MalformedXML');
  return parts.map((part) => ({
    number: Number(textOf(part, 'PartNumber')),
    etag: (textOf(part, 'ETag') ?? '').replace(/"/g, ''),
    checksum: readChecksum(part),
  }));
}

function readChecksum(part: Record<string, unknown>): Checksum | undefined {
  for (const algorithm of checksumAlgorithms) {
    const value = textOf(part, `Checksum${algorithm}`);
    if (value) return { algorithm, value };
  }
  return undefined;
}

function chooseParts(upload: StoredUpload, present: StoredPart[], wanted: WantedPart[]): StoredPart[] {
  const ascending = wanted.every((want, index) => index === 0 || want.number > wanted[index - 1]!.number);
  if (!ascending) throw new S3Error('InvalidPartOrder');
  const byNumber = new Map(present.map((part) => [part.number, part]));
  return wanted.map((want, index) => {
    const part = byNumber.get(want.number);
    if (!part || part.etag !== want.etag) throw invalidPart(want);
    checkPartChecksum(upload, part, want);
    if (index < wanted.length - 1 && part.size < MIN_PART_BYTES)
      throw new S3Error('EntityTooSmall', undefined, {
        ProposedSize: String(part.size),
        MinSizeAllowed: String(MIN_PART_BYTES),
        PartNumber: String(part.number),
      });
    return part;
  });
}

function checkPartChecksum(upload: StoredUpload, part: StoredPart, want: WantedPart): void {
  if (want.checksum) {
    const same =
      part.checksum?.algorithm === want.checksum.algorithm && part.checksum.value === want.checksum.value;
    if (!same) throw invalidPart(want);
  } else if (upload.checksum?.type === 'COMPOSITE') {
    throw new S3Error('InvalidRequest', `The checksum of part ${want.number} is missing in the request.`);
  }
}

function invalidPart({ number, etag }: WantedPart): S3Error {
  return new S3Error('InvalidPart', undefined, { PartNumber: String(number), ETag: etag });
}

function compositeEtag(parts: StoredPart[]): string {
  const hash = createHash('md5');
  for (const { etag } of parts) hash.update(Buffer.from(etag, 'hex'));
  return `${hash.digest('hex')}-${parts.length}`;
}

async function objectChecksum(
  { checksum }: StoredUpload,
  parts: StoredPart[],
): Promise<StoredObject['checksum']> {
  if (!checksum) return undefined;
  const { algorithm, type } = checksum;
  const pieces = parts.map((part) => ({ value: part.checksum?.value ?? '', size: part.size }));
  const value =
    type === 'FULL_OBJECT'
      ? combineCrcs(algorithm, pieces)
      : await compositeChecksum(
          algorithm,
          pieces.map((piece) => piece.value),
        );
  return { algorithm, type, value };
}

/** Checks the size and checksum that the client declared for the whole object. */
function checkPromises(
  headers: Record<string, string>,
  size: number,
  checksum: StoredObject['checksum'],
): void {
  const promisedSize = headers['x-amz-mp-object-size'];
  if (promisedSize !== undefined && Number(promisedSize) !== size)
    throw new S3Error('InvalidRequest', 'The object is not of the size given.');
  const promised = checksum && headers[checksumHeader(checksum.algorithm)];
  if (promised && promised.replace(/-\d+$/, '') !== checksum.value.replace(/-\d+$/, ''))
    throw new S3Error('BadDigest', `The ${checksum.algorithm} given does not match the calculated one.`);
}

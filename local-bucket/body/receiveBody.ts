import { createHash } from 'node:crypto';
import { S3Error } from '../errors.ts';
import type { Signed } from '../auth/signature.ts';
import { decodeAwsChunked } from './awsChunked.ts';
import {
  checksumAlgorithms,
  checksumHeader,
  createHasher,
  readAlgorithm,
  type Checksum,
  type ChecksumAlgorithm,
  type Hasher,
} from './checksums.ts';

/**
 * A body that can be read once. `raw` counts and throttles; `signed` has the payload hash that the request declares.
 */
export type IncomingBody = {
  raw: AsyncIterable<Buffer>;
  headers: Record<string, string>;
  signed: Signed;
};

/** The facts about a received body. `md5` is lower-case hex. */
export type BodyFacts = { size: number; md5: string; checksum?: Checksum };

const STREAMING = /^STREAMING-(UNSIGNED-PAYLOAD|AWS4-HMAC-SHA256-PAYLOAD)(-TRAILER)?$/;
const MAX_XML_BYTES = 4 * 1024 * 1024;

/**
 * The bytes of a body without framing, and a promise of their facts. Keep nothing of a body before `verify` has
 * returned: it rejects a body that does not match its headers and trailers.
 * @param wanted computed even if the request does not ask for it: the algorithm of a multipart upload
 */
export async function openBody(
  body: IncomingBody,
  wanted?: ChecksumAlgorithm,
): Promise<{ chunks: AsyncIterable<Buffer>; verify: () => BodyFacts }> {
  const { headers } = body;
  const trailers: Record<string, string> = {};
  const algorithm = announcedAlgorithm(headers) ?? wanted;
  const hasher = algorithm && (await createHasher(algorithm));
  const md5 = createHash('md5');
  const sha256 = /^[0-9a-f]{64}$/.test(body.signed.payloadHash) ? createHash('sha256') : undefined;
  const md5Expected = readContentMd5(headers);
  let size = 0;
  async function* measured(): AsyncGenerator<Buffer> {
    for await (const chunk of unframed(body, trailers)) {
      size += chunk.length;
      md5.update(chunk);
      sha256?.update(chunk);
      hasher?.update(chunk);
      yield chunk;
    }
  }
  const verify = (): BodyFacts => {
    checkLength(headers, size);
    const md5Digest = md5.digest();
    if (md5Expected && !md5Expected.equals(md5Digest)) throw new S3Error('BadDigest');
    if (sha256 && sha256.digest('hex') !== body.signed.payloadHash)
      throw new S3Error('XAmzContentSHA256Mismatch');
    const checksum = checkChecksum(algorithm, hasher, { ...headers, ...trailers });
    return { size, md5: md5Digest.toString('hex'), checksum };
  };
  return { chunks: measured(), verify };
}

/** Reads an XML body as a whole, because it is small. */
export async function readText(body: IncomingBody): Promise<string> {
  const { chunks, verify } = await openBody(body);
  const read: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > MAX_XML_BYTES) throw new S3Error('MalformedXML', 'The XML is too long.');
    read.push(chunk);
  }
  verify();
  return Buffer.concat(read).toString('utf8');
}

function unframed(body: IncomingBody, trailers: Record<string, string>): AsyncIterable<Buffer> {
  const { payloadHash } = body.signed;
  const streaming = STREAMING.exec(payloadHash);
  if (streaming) {
    const hasSignatures = streaming[1] !== 'UNSIGNED-PAYLOAD';
    const options = { signed: body.signed, hasSignatures, hasTrailers: streaming[2] !== undefined };
    return decodeAwsChunked(body.raw, options, trailers);
  }
  if (payloadHash === 'UNSIGNED-PAYLOAD' || /^[0-9a-f]{64}$/.test(payloadHash)) return body.raw;
  throw new S3Error('InvalidArgument', 'x-amz-content-sha256 is neither a hash nor a known word.');
}

function checkLength(headers: Record<string, string>, size: number): void {
  const announced = headers['x-amz-decoded-content-length'] ?? headers['content-length'];
  if (announced !== undefined && Number(announced) !== size) throw new S3Error('IncompleteBody');
}

function readContentMd5(headers: Record<string, string>): Buffer | undefined {
  const text = headers['content-md5'];
  if (text === undefined) return undefined;
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== 16) throw new S3Error('InvalidDigest');
  return bytes;
}

function announcedAlgorithm(headers: Record<string, string>): ChecksumAlgorithm | undefined {
  const trailer = headers['x-amz-trailer']?.trim().toLowerCase();
  return (
    checksumAlgorithms.find((algorithm) => headers[checksumHeader(algorithm)] !== undefined) ??
    checksumAlgorithms.find((algorithm) => trailer === checksumHeader(algorithm)) ??
    readAlgorithm(headers['x-amz-sdk-checksum-algorithm'])
  );
}

function checkChecksum(
  algorithm: ChecksumAlgorithm | undefined,
  hasher: Hasher | undefined,
  given: Record<string, string>,
): Checksum | undefined {
  if (!algorithm || !hasher) return undefined;
  const value = hasher.digest().toString('base64');
  const expected = given[checksumHeader(algorithm)];
  if (expected !== undefined && expected !== value)
    throw new S3Error('BadDigest', `The ${algorithm} given does not match the calculated one.`);
  return { algorithm, value };
}

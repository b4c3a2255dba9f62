import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { createCRC64 } from 'hash-wasm';
import type { Checksum } from '../objectStore/objectStore';
import type { ChecksumAlgorithm } from '../../shared/upload';
import { combineCrc32 } from '../../lib/combineCrc32';

/** Hashes one body. Base64, big-endian, as in S3's headers. */
export type Hasher = (body: Uint8Array) => Checksum;

/** CRC32 is native in Node's zlib; CRC64NVME is WebAssembly, loaded only if a bucket uses it. */
export async function makeHasher(algorithm: ChecksumAlgorithm): Promise<Hasher> {
  const hash = await makeRunningHash(algorithm);
  return (body) => {
    hash.update(body);
    return { algorithm, value: hash.take().toString('base64') };
  };
}

/** Hashes a stream of pieces. `take` returns the digest so far and resets. */
export type RunningHash = { update(piece: Uint8Array): void; take(): Buffer };

export async function makeRunningHash(algorithm: ChecksumAlgorithm): Promise<RunningHash> {
  if (algorithm === 'MD5') return runningMd5();
  if (algorithm === 'CRC32') return runningCrc32();
  const crc64 = (await createCRC64(CRC64NVME_POLYNOMIAL.toString(16))).init();
  return {
    update: (piece) => void crc64.update(piece),
    take: () => {
      const digest = Buffer.from(crc64.digest('hex'), 'hex');
      crc64.init();
      return digest;
    },
  };
}

function runningMd5(): RunningHash {
  let hash = createHash('md5');
  return {
    update: (piece) => void hash.update(piece),
    take: () => {
      const digest = hash.digest();
      hash = createHash('md5');
      return digest;
    },
  };
}

function runningCrc32(): RunningHash {
  let value = 0;
  return {
    update: (piece) => void (value = crc32(piece, value)),
    take: () => {
      const digest = uint32Bytes(value);
      value = 0;
      return digest;
    },
  };
}

/** S3's checksum of checksums over the parts' raw values, without the "-N" suffix. */
export async function compositeChecksum(
  algorithm: ChecksumAlgorithm,
  parts: readonly string[],
): Promise<string> {
  const hash = await makeHasher(algorithm);
  return hash(Buffer.concat(parts.map((value) => Buffer.from(value, 'base64')))).value;
}

/** The checksum of the whole object, computed from its parts' without reading it again. Not defined for MD5. */
export function fullObjectChecksum(
  algorithm: Exclude<ChecksumAlgorithm, 'MD5'>,
  parts: readonly { size: number; checksum: string }[],
): string {
  if (algorithm === 'CRC32') {
    const crcOf = (checksum: string) => Buffer.from(checksum, 'base64').readUInt32BE();
    const total = parts.reduce((crc, part) => combineCrc32(crc, crcOf(part.checksum), part.size), 0);
    return uint32Bytes(total).toString('base64');
  }
  const total = parts.reduce((crc, part) => combineCrc64(crc, fromBase64(part.checksum), part.size), 0n);
  return Buffer.from(total.toString(16).padStart(16, '0'), 'hex').toString('base64');
}

/** The ETag that S3 gives a multipart object, from its parts' MD5 digests in hex: md5(md5s joined)-count. */
export function compositeEtag(partMd5Hex: readonly string[]): string {
  const joined = Buffer.concat(partMd5Hex.map((hex) => Buffer.from(hex, 'hex')));
  return `${md5(joined).toString('hex')}-${partMd5Hex.length}`;
}

/** An ETag without quotes and in lower case, for comparison with hex digests. */
export function bareEtag(etag: string): string {
  return etagText(etag).toLowerCase();
}

/** Whether two ETags name the same content. A gateway that compresses replies marks them as weak (RFC 9110 §8.8.3). */
export function isSameEtag(a: string, b: string): boolean {
  return etagText(a) === etagText(b);
}

function etagText(etag: string): string {
  return etag.replace(/^W\//, '').replaceAll('"', '');
}

/** Whether an ETag looks like the MD5 of a body (it is not, under server-side KMS encryption). */
export function isMd5Etag(etag: string): boolean {
  return /^[0-9a-f]{32}$/.test(bareEtag(etag));
}

/** Whether an ETag is the MD5 of this content. Where ETags are something else, as with SSE-KMS, it never is. */
export function isEtagOf(body: Uint8Array, etag: string): boolean {
  return bareEtag(etag) === md5(body).toString('hex');
}

/**
 * Whether an equal checksum proves equal content of a file that may have changed since it was sent. A CRC-32 needs the
 * MD5 in the ETag as well: all files that end with their own CRC-32, such as firmware images, have the same one.
 */
export function provesContent({ algorithm }: Checksum, body: Uint8Array, etag = ''): boolean {
  return algorithm !== 'CRC32' || isEtagOf(body, etag);
}

export function base64ToHex(value: string): string {
  return Buffer.from(value, 'base64').toString('hex');
}

function fromBase64(value: string): bigint {
  return BigInt(`0x${base64ToHex(value)}`);
}

function md5(body: Uint8Array): Buffer {
  return createHash('md5').update(body).digest();
}

function uint32Bytes(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Reflected. The register of CRC-64/NVME starts and ends inverted. */
const CRC64NVME_POLYNOMIAL = 0x9a6c9329ac4bc9b5n;

/** Like `combineCrc32`, for CRC-64/NVME. */
function combineCrc64(first: bigint, second: bigint, secondBytes: number): bigint {
  return multiply(powerOfX8(secondBytes), first) ^ second;
}

/** a·b modulo the polynomial, over GF(2). The highest bit is the coefficient of x^0. */
function multiply(a: bigint, b: bigint): bigint {
  let product = 0n;
  let shifted = b;
  for (let bit = 1n << 63n; bit > 0n; bit >>= 1n) {
    if (a & bit) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ CRC64NVME_POLYNOMIAL : shifted >> 1n;
  }
  return product;
}

/** x^(8·exponent) by squaring. */
function powerOfX8(exponent: number): bigint {
  let result = 1n << 63n;
  let square = 1n << 55n;
  for (let left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = multiply(result, square);
    square = multiply(square, square);
  }
  return result;
}

import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { createCRC32, createCRC64 } from 'hash-wasm';

export const checksumAlgorithms = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number];
export type ChecksumType = 'COMPOSITE' | 'FULL_OBJECT';
/** `value` is base64; a composite one ends with "-N". */
export type Checksum = { algorithm: ChecksumAlgorithm; value: string };

/** Reversed polynomials. Sources: RFC 3720 (CRC-32C), NVM Express 2.0 §"64b CRC" (CRC-64/NVME). */
const CRC32C = '82f63b78';
const CRC64NVME = '9a6c9329ac4bc9b5';

/** A checksum that is updated incrementally. */
export type Hasher = { update(bytes: Uint8Array): void; digest(): Buffer };

export async function createHasher(algorithm: ChecksumAlgorithm | 'MD5'): Promise<Hasher> {
  if (algorithm === 'CRC32') return nativeCrc32();
  if (algorithm === 'CRC32C') return wasm(await createCRC32(parseInt(CRC32C, 16)));
  if (algorithm === 'CRC64NVME') return wasm(await createCRC64(CRC64NVME));
  const hash = createHash(algorithm.toLowerCase());
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
}

export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

export function readAlgorithm(text: string | undefined): ChecksumAlgorithm | undefined {
  return checksumAlgorithms.find((algorithm) => algorithm === text?.toUpperCase());
}

/** S3's checksum of the parts' checksums. */
export async function compositeChecksum(algorithm: ChecksumAlgorithm, values: string[]): Promise<string> {
  const hasher = await createHasher(algorithm);
  for (const value of values) hasher.update(Buffer.from(value, 'base64'));
  return `${hasher.digest().toString('base64')}-${values.length}`;
}

function nativeCrc32(): Hasher {
  let value = 0;
  return {
    update: (bytes) => void (value = crc32(bytes, value)),
    digest: () => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes;
    },
  };
}

function wasm(hasher: { init(): unknown; update(data: Uint8Array): unknown; digest(): string }): Hasher {
  hasher.init();
  return {
    update: (bytes) => void hasher.update(bytes),
    digest: () => Buffer.from(hasher.digest(), 'hex'),
  };
}

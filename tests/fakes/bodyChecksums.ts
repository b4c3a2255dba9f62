import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { createCRC64 } from 'hash-wasm';
import type { Checksum } from '../../src/upload/objectStore/objectStore';

/** The reversed polynomial of CRC-64/NVME. */
const NVME = '9a6c9329ac4bc9b5';

/** The checksum of a whole body, as it travels in headers: base64, big-endian. */
export async function checksumOf(algorithm: Checksum['algorithm'], body: Uint8Array): Promise<Checksum> {
  return { algorithm, value: (await digest(algorithm, body)).toString('base64') };
}

/** S3's checksum of checksums: the same algorithm over the parts' raw checksums, then "-N". */
export async function compositeOf(algorithm: Checksum['algorithm'], parts: string[]): Promise<Checksum> {
  const raw = Buffer.concat(parts.map((value) => Buffer.from(value, 'base64')));
  const { value } = await checksumOf(algorithm, raw);
  return { algorithm, value: `${value}-${parts.length}` };
}

export function md5Hex(body: Uint8Array): string {
  return createHash('md5').update(body).digest('hex');
}

async function digest(algorithm: Checksum['algorithm'], body: Uint8Array): Promise<Buffer> {
  if (algorithm === 'MD5') return createHash('md5').update(body).digest();
  if (algorithm === 'CRC64NVME') {
    const hasher = await createCRC64(NVME);
    return Buffer.from(hasher.init().update(body).digest('hex'), 'hex');
  }
  const value = Buffer.alloc(4);
  value.writeUInt32BE(crc32(body));
  return value;
}

import type { ChecksumAlgorithm, UploadedPart } from '../../shared/upload';
import type { ObjectHead } from '../objectStore/objectStore';
import {
  bareEtag,
  compositeChecksum,
  fullObjectChecksum,
  makeRunningHash,
  type RunningHash,
} from './checksums';
import { requireSame } from './expectedContent';
import type { Transfer } from './transfer';

/** `unknown`: the bucket returns too little, or a value that cannot be recomputed. */
export type Comparison = 'same' | 'other' | 'unknown';

/** The bucket's digest of an object. `value` is base64; a composite is made of the digests of `partCount` parts. */
type Told = { algorithm: ChecksumAlgorithm; value: string; partCount?: number };

const MIB = 1024 * 1024;

/** Part sizes of common clients, in MiB: rclone, the AWS CLI and SDKs, this app, MinIO's, s5cmd and others. */
const COMMON_PART_MIB = [5, 8, 10, 15, 16, 32, 50, 64, 100, 128];

/** Each guess costs one more digest of the whole file. */
const MOST_GUESSES = 8;

/** Small compared with the part buffers, for which other uploads may be waiting. */
const PIECE_BYTES = 256 * 1024;

/**
 * Compares the content of the file with that of an object, using the HEAD reply. For an object of the same size, reads
 * the whole file once, unless the digests of `hashed` parts suffice.
 * @param hashed parts of the file in order, used if they are all of it; with checksums of the upload's own algorithm
 * @throws SourceChanged if the file changes meanwhile, ObjectStoreError `BundleDamaged`
 */
export async function compareContent(
  transfer: Transfer,
  head: ObjectHead,
  hashed: readonly UploadedPart[] = [],
): Promise<Comparison> {
  const { size } = transfer.source.identity;
  if (head.size === undefined) return 'unknown';
  if (head.size !== size) return 'other';
  const crc32 = checksumOf(head);
  if (crc32?.algorithm === 'CRC32' && hashed.length > 0) {
    const known = await fromParts(crc32, transfer, hashed);
    if (known !== undefined && known !== crc32.value) return 'other';
  }
  const told = toldBy(head);
  if (!told) return 'unknown';
  const known = await fromParts(told, transfer, hashed);
  if (known === told.value) return 'same';
  // Reading the file again gives the same checksum of the whole.
  const isFinal = told.partCount === undefined && told.algorithm !== 'MD5';
  if (known !== undefined && isFinal) return 'other';
  const found = await readDigests(transfer, await hashesFor(told, transfer));
  if (found.includes(told.value)) return 'same';
  return isFinal ? 'other' : 'unknown';
}

/**
 * The digest that proves the content. A CRC-32 does not: all files that end with their own CRC-32 have the same one. An
 * ETag that equals the file's MD5 does, even if ETags may be something else, as with SSE-KMS; another ETag proves
 * nothing.
 */
function toldBy(head: ObjectHead): Told | null {
  const checksum = checksumOf(head);
  if (checksum && checksum.algorithm !== 'CRC32') return checksum;
  const [, md5, count] = MD5_ETAG.exec(bareEtag(head.etag ?? '')) ?? [];
  if (md5 === undefined) return null;
  const value = Buffer.from(md5, 'hex').toString('base64');
  return { algorithm: 'MD5', value, ...(count !== undefined && { partCount: Number(count) }) };
}

const MD5_ETAG = /^([0-9a-f]{32})(?:-(\d+))?$/;

function checksumOf({ checksum, etag = '' }: ObjectHead): Told | null {
  if (!checksum) return null;
  const [value = '', count = MD5_ETAG.exec(bareEtag(etag))?.[2]] = checksum.value.split('-');
  const { algorithm, composite } = checksum;
  return { algorithm, value, ...(composite && { partCount: Number(count) }) };
}

/** The digest, computed from the parts already hashed. */
async function fromParts(
  { algorithm, partCount }: Told,
  { ledger, capabilities, source }: Transfer,
  hashed: readonly UploadedPart[],
): Promise<string | undefined> {
  const hashedBytes = hashed.reduce((sum, { size }) => sum + size, 0);
  if (hashedBytes !== source.identity.size) return undefined;
  const own = ledger.state.multipart?.checksumAlgorithm ?? capabilities.checksumAlgorithm;
  const parts = hashed.flatMap(({ size, checksum }) => (checksum ? [{ size, checksum }] : []));
  if (algorithm !== own || parts.length === 0 || parts.length !== hashed.length) return undefined;
  const values = parts.map(({ checksum }) => checksum);
  if (partCount !== undefined)
    return partCount === parts.length ? compositeChecksum(algorithm, values) : undefined;
  if (algorithm === 'MD5') return values.length === 1 ? values[0] : undefined;
  return fullObjectChecksum(algorithm, parts);
}

/** One hash of the whole file, or one for each possible part size of the object. */
async function hashesFor({ algorithm, partCount }: Told, transfer: Transfer): Promise<RunningHash[]> {
  if (partCount === undefined) return [await makeRunningHash(algorithm)];
  const sizes = guessPartSizes(transfer, partCount);
  return Promise.all(sizes.map(async (size) => new CompositeHash(await makeRunningHash(algorithm), size)));
}

/** Part sizes that split a file of this size into that many parts. Clients use whole MiB. */
function guessPartSizes({ source, partSizeBytes }: Transfer, partCount: number): number[] {
  const { size } = source.identity;
  if (partCount === 1) return [Math.max(size, 1)];
  const least = Math.ceil(size / partCount / MIB);
  const whole = Array.from({ length: MOST_GUESSES }, (_, more) => least + more);
  const guesses = [partSizeBytes, ...[...COMMON_PART_MIB, ...whole].map((mib) => mib * MIB)];
  const fitting = guesses.filter((guess) => Math.ceil(size / guess) === partCount);
  return [...new Set(fitting)].slice(0, MOST_GUESSES);
}

/** Reads the file once. @returns its digests in base64 */
async function readDigests(
  { source, bytes, signal, madeCrc32 }: Transfer,
  hashes: readonly RunningHash[],
): Promise<string[]> {
  if (hashes.length === 0) return [];
  const { size } = source.identity;
  const made = await makeRunningHash('CRC32');
  const buffer = Buffer.allocUnsafe(Math.min(size, PIECE_BYTES));
  for (let offset = 0; offset < size; offset += PIECE_BYTES) {
    signal.throwIfAborted();
    bytes.compared(offset, size);
    const piece = await source.read(
      { number: 1, offset, size: Math.min(PIECE_BYTES, size - offset) },
      buffer,
    );
    if (madeCrc32 !== undefined) made.update(piece);
    for (const hash of hashes) hash.update(piece);
  }
  await source.requireUntouched();
  if (madeCrc32 !== undefined) requireSame(made.take().readUInt32BE(), madeCrc32);
  return hashes.map((hash) => hash.take().toString('base64'));
}

/** The digest of the digests of parts. */
class CompositeHash {
  private readonly parts: Buffer[] = [];
  private left: number;

  constructor(
    private readonly hash: RunningHash,
    private readonly partSize: number,
  ) {
    this.left = partSize;
  }

  update(piece: Uint8Array): void {
    for (let rest = piece; rest.length > 0;) {
      const now = rest.subarray(0, this.left);
      rest = rest.subarray(now.length);
      this.hash.update(now);
      this.left -= now.length;
      if (this.left === 0) this.endPart();
    }
  }

  take(): Buffer {
    if (this.left < this.partSize || this.parts.length === 0) this.endPart();
    this.hash.update(Buffer.concat(this.parts));
    return this.hash.take();
  }

  private endPart(): void {
    this.parts.push(this.hash.take());
    this.left = this.partSize;
  }
}

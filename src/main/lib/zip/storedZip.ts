import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Chunk, Chunks } from './chunks';
import type { ZipSink } from './fileSink';
import { centralFileHeader, endRecords, localFileHeader, type ZipRecord } from './zipRecords';

/** Bytes of the table of contents that are written at a time. */
const TABLE_BYTES = 256 * 1024;

export type StoredFile = { path: string; size: number; sha256: string };

/** Writes a zip of uncompressed files, one after the other. */
export type StoredZip = {
  /**
   * Appends one file and answers its size and checksum, in hex.
   * @param size where it is known; needed from 4 GiB on
   * @throws when the chunks make another size than was said, or what `next` and the sink throw
   */
  add(name: string, chunks: Chunks, size?: number): Promise<StoredFile>;
  /** Writes the table of contents. Resolves when the sink has everything. */
  finish(): Promise<void>;
};

export function createStoredZip(sink: ZipSink, modifiedAt: Date): StoredZip {
  const records: ZipRecord[] = [];
  let position = 0;

  async function append(bytes: Uint8Array[], written?: () => void): Promise<void> {
    const at = position;
    position += bytes.reduce((sum, { length }) => sum + length, 0);
    await sink.write(bytes, at, written);
  }

  /** Sizes and checksum are behind the bytes they tell of, so a header that could not know them is written again. */
  async function add(name: string, chunks: Chunks, size?: number): Promise<StoredFile> {
    const record: ZipRecord = { name, size: size ?? 0, crc32: 0, offset: position, modifiedAt };
    const sha256 = createHash('sha256');
    let seen = 0;
    const take = ({ bytes }: Chunk) => {
      sha256.update(bytes);
      record.crc32 = crc32(bytes, record.crc32);
      seen += bytes.length;
    };
    const first = await chunks.next();
    if (first) take(first);
    const complete = seen === size;
    await append([localFileHeader(record), ...(first ? [first.bytes] : [])], first?.release);
    for (let chunk = complete ? undefined : await chunks.next(); chunk; chunk = await chunks.next()) {
      take(chunk);
      await append([chunk.bytes], chunk.release);
    }
    requireSize(name, seen, size);
    record.size = seen;
    if (!complete) await sink.write([localFileHeader(record)], record.offset);
    records.push(record);
    return { path: name, size: seen, sha256: sha256.digest('hex') };
  }

  return {
    add,
    async finish() {
      const offset = position;
      for (const lines of inBatches(records.map(centralFileHeader))) await append([lines]);
      await append([endRecords({ count: records.length, offset, size: position - offset })]);
      await sink.settled();
    },
  };
}

function requireSize(name: string, seen: number, size: number | undefined): void {
  if (size !== undefined && seen !== size)
    throw new Error(`${name} has ${seen} bytes, and had ${size} a moment ago`);
  // Its header has no room for the size that it turned out to have.
  if (size === undefined && seen >= 0xffff_ffff) throw new RangeError(`${name} is too large: ${seen} bytes`);
}

function* inBatches(buffers: Buffer[]): Generator<Buffer> {
  let batch: Buffer[] = [];
  let bytes = 0;
  for (const buffer of buffers) {
    batch.push(buffer);
    bytes += buffer.length;
    if (bytes < TABLE_BYTES) continue;
    yield Buffer.concat(batch);
    batch = [];
    bytes = 0;
  }
  yield Buffer.concat(batch);
}

import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { combineCrc32 } from '../combineCrc32';
import { CHUNK_BYTES } from './chunks';
import type { ZipSink } from './fileSink';
import { centralFileHeader, endRecords, localFileHeader, type ZipRecord } from './zipRecords';

export type StoredFile = { path: string; size: number; sha256: string };

/** Writes a zip of uncompressed files, one after another. */
export type StoredZip = {
  /**
   * Appends one file. Resolves to its size and checksum, in hex.
   * @param chunks each is valid until the next one
   * @param size if known; required from 4 GiB on
   * @throws if the chunks have another size than `size`, or the errors of the chunks and the sink
   */
  add(
    name: string,
    chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    size?: number,
  ): Promise<StoredFile>;
  /** Writes the central directory. @returns the CRC-32 of the whole file */
  finish(): number;
};

export function createStoredZip(write: ZipSink, modifiedAt: Date): StoredZip {
  const records: ZipRecord[] = [];
  let position = 0;

  function append(bytes: Uint8Array[]): void {
    write(bytes, position);
    position += bytes.reduce((sum, { length }) => sum + length, 0);
  }

  /** Size and checksum precede the data, so the header is rewritten if they were unknown at first. */
  async function add(
    name: string,
    chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    size?: number,
  ): Promise<StoredFile> {
    const record: ZipRecord = { name, size: size ?? 0, crc32: 0, offset: position, modifiedAt };
    const sha256 = createHash('sha256');
    let seen = 0;
    let told = size === 0;
    for await (const chunk of chunks) {
      sha256.update(chunk);
      record.crc32 = crc32(chunk, record.crc32);
      append(seen === 0 ? [localFileHeader(record), chunk] : [chunk]);
      told ||= seen === 0 && chunk.length === size;
      seen += chunk.length;
    }
    if (seen === 0) append([localFileHeader(record)]);
    requireSize(name, seen, size);
    record.size = seen;
    if (!told) write([localFileHeader(record)], record.offset);
    records.push(record);
    return { path: name, size: seen, sha256: sha256.digest('hex') };
  }

  return {
    add,
    finish() {
      const offset = position;
      let whole = records.reduce(
        (crc, record) => combineCrc32(crc32(localFileHeader(record), crc), record.crc32, record.size),
        0,
      );
      const appendLast = (bytes: Buffer) => {
        append([bytes]);
        whole = crc32(bytes, whole);
      };
      for (const lines of inBatches(records.map(centralFileHeader))) appendLast(lines);
      appendLast(endRecords({ count: records.length, offset, size: position - offset }));
      return whole;
    },
  };
}

function requireSize(name: string, seen: number, size: number | undefined): void {
  if (size !== undefined && seen !== size)
    throw new Error(`${name} has ${seen} bytes, and had ${size} a moment ago`);
  // The header was written without room for a 64-bit size.
  if (size === undefined && seen >= 0xffff_ffff) throw new RangeError(`${name} is too large: ${seen} bytes`);
}

function* inBatches(buffers: Buffer[]): Generator<Buffer> {
  let batch: Buffer[] = [];
  let bytes = 0;
  for (const buffer of buffers) {
    batch.push(buffer);
    bytes += buffer.length;
    if (bytes < CHUNK_BYTES) continue;
    yield Buffer.concat(batch);
    batch = [];
    bytes = 0;
  }
  yield Buffer.concat(batch);
}

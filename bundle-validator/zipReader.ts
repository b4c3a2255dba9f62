import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import yauzl from 'yauzl';

/** More than a session of one day with a screenshot a second has. */
const MAX_ENTRIES = 500_000;
/** A longer line counts as damaged. */
const MAX_LINE_BYTES = 64 * 1024;

const HEAD_BYTES = 12;

/** One file of a zip. `method` 0: stored. */
export type ZipEntry = { name: string; size: number; method: number };

/**
 * An open zip, read entry by entry, never as a whole. The file is untrusted, so nothing is decompressed: at most the
 * file's own bytes are read.
 */
export class ZipReader {
  private constructor(
    private readonly zip: yauzl.ZipFile,
    private readonly raw: Map<string, yauzl.Entry>,
    /** In the order of the central directory, including duplicate names. */
    readonly entries: readonly ZipEntry[],
  ) {}

  /** @throws Error when the file is not a zip, its directory is damaged, or it claims more bytes than the file has */
  static async open(file: string): Promise<ZipReader> {
    const { size: fileBytes } = await stat(file);
    const zip = await yauzl.openPromise(file, { autoClose: false });
    const raw = new Map<string, yauzl.Entry>();
    const entries: ZipEntry[] = [];
    let claimedBytes = 0;
    try {
      if (zip.entryCount > MAX_ENTRIES) throw new Error(`it has more than ${MAX_ENTRIES} entries`);
      for await (const entry of zip.eachEntry()) {
        raw.set(entry.fileName, entry);
        const { fileName: name, uncompressedSize: size, compressionMethod: method } = entry;
        entries.push({ name, size, method });
        // Stored entries lie side by side; overlapping ones would let a small file cause a lot of work.
        claimedBytes += method === 0 ? size : 0;
        if (claimedBytes > fileBytes) throw new Error('its entries claim more bytes than the file has');
      }
    } catch (error) {
      zip.close();
      throw error;
    }
    return new ZipReader(zip, raw, entries);
  }

  has(name: string): boolean {
    return this.raw.has(name);
  }

  /** @throws Error for a compressed entry */
  async stream(name: string): Promise<Readable> {
    const entry = this.raw.get(name);
    if (!entry) throw new Error(`${name} is not in the zip`);
    if (entry.compressionMethod !== 0) throw new Error('a compressed entry is not read');
    return this.zip.openReadStreamPromise(entry);
  }

  /** @throws Error for an entry of more than `maxBytes` */
  async text(name: string, maxBytes: number): Promise<string> {
    const size = this.raw.get(name)?.uncompressedSize ?? 0;
    if (size > maxBytes) throw new Error(`it has ${size} bytes, more than the ${maxBytes} that are read`);
    const chunks: Buffer[] = [];
    for await (const chunk of await this.stream(name)) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString('utf8');
  }

  /** The lines of a file, one at a time; null for a line that is too long, which is skipped. */
  async *lines(name: string): AsyncGenerator<string | null> {
    let parts: Buffer[] = [];
    let length = 0;
    const line = () =>
      length > MAX_LINE_BYTES ? null : Buffer.concat(parts).toString('utf8').replace(/\r$/, '');
    const keep = (bytes: Buffer) => {
      length += bytes.length;
      if (length <= MAX_LINE_BYTES) parts.push(bytes);
    };
    for await (const chunk of await this.stream(name)) {
      let rest = chunk as Buffer;
      for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
        keep(rest.subarray(0, end));
        yield line();
        [parts, length] = [[], 0];
        rest = rest.subarray(end + 1);
      }
      keep(rest);
    }
    if (length > 0) yield line();
  }

  /** In lower-case hex. */
  async sha256(name: string): Promise<string> {
    const hash = createHash('sha256');
    for await (const chunk of await this.stream(name)) hash.update(chunk as Buffer);
    return hash.digest('hex');
  }

  /** The first bytes, which identify a file's type. */
  async head(name: string): Promise<Buffer> {
    let head = Buffer.alloc(0);
    for await (const chunk of await this.stream(name)) {
      head = Buffer.concat([head, (chunk as Buffer).subarray(0, HEAD_BYTES)]);
      if (head.length >= HEAD_BYTES) break;
    }
    return head;
  }

  close(): void {
    this.zip.close();
  }
}

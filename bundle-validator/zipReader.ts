import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import yauzl from 'yauzl';

/** One file of a zip. `method` 0: stored. */
export type ZipEntry = { name: string; size: number; method: number };

/** An open zip, read entry by entry, never whole. */
export class ZipReader {
  private constructor(
    private readonly zip: yauzl.ZipFile,
    private readonly raw: Map<string, yauzl.Entry>,
    /** In the order of the central directory; a name that stands twice is here twice. */
    readonly entries: readonly ZipEntry[],
  ) {}

  /** @throws Error when the file is no zip, or when its directory is damaged */
  static async open(file: string): Promise<ZipReader> {
    const zip = await yauzl.openPromise(file, { autoClose: false });
    const raw = new Map<string, yauzl.Entry>();
    const entries: ZipEntry[] = [];
    try {
      for await (const entry of zip.eachEntry()) {
        raw.set(entry.fileName, entry);
        entries.push({
          name: entry.fileName,
          size: entry.uncompressedSize,
          method: entry.compressionMethod,
        });
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

  async stream(name: string): Promise<Readable> {
    const entry = this.raw.get(name);
    if (!entry) throw new Error(`${name} is not in the zip`);
    return this.zip.openReadStreamPromise(entry);
  }

  async text(name: string): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of await this.stream(name)) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString('utf8');
  }

  /** Lower-case hex, and the first bytes by which a file's kind is known. */
  async sha256(name: string): Promise<{ sha256: string; head: Buffer }> {
    const hash = createHash('sha256');
    let head = Buffer.alloc(0);
    for await (const chunk of await this.stream(name)) {
      if (head.length < 12) head = Buffer.concat([head, (chunk as Buffer).subarray(0, 12)]);
      hash.update(chunk as Buffer);
    }
    return { sha256: hash.digest('hex'), head };
  }

  close(): void {
    this.zip.close();
  }
}

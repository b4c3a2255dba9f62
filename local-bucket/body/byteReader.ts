import { S3Error } from '../errors.ts';

const MAX_LINE_BYTES = 8192;

/** Reads lines and counted bytes from a stream of buffers, holding at most one buffer. */
export class ByteReader {
  private readonly source: AsyncIterator<Buffer>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.source = source[Symbol.asyncIterator]();
  }

  /** The next line without its CRLF. The end of the stream counts as an empty line. */
  async line(): Promise<string> {
    let text = Buffer.alloc(0);
    for (;;) {
      if (this.rest.length === 0 && !(await this.fill())) return text.toString('latin1').trimEnd();
      const end = this.rest.indexOf(10);
      const piece = this.rest.subarray(0, end < 0 ? undefined : end + 1);
      text = Buffer.concat([text, piece]);
      this.rest = this.rest.subarray(piece.length);
      if (end >= 0) return text.toString('latin1').replace(/\r?\n$/, '');
      if (text.length > MAX_LINE_BYTES) throw broken();
    }
  }

  async *take(size: number): AsyncGenerator<Buffer> {
    for (let left = size; left > 0;) {
      if (this.rest.length === 0 && !(await this.fill())) throw new S3Error('IncompleteBody');
      const piece = this.rest.subarray(0, left);
      this.rest = this.rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  async expectLineEnd(): Promise<void> {
    if ((await this.line()) !== '') throw broken();
  }

  private async fill(): Promise<boolean> {
    const next = await this.source.next();
    if (next.done) return false;
    this.rest = next.value;
    return true;
  }
}

function broken(): S3Error {
  return new S3Error('InvalidRequest', 'The chunked framing of the body is broken.');
}

import { openToRead } from '../../lib/guardedFiles';

/** The app writes no line near this size. A longer one is damaged and is skipped without holding it in memory. */
export const MAX_LINE_BYTES = 64 * 1024;

const CHUNK_BYTES = 64 * 1024;
const NEWLINE = 10;
const RETURN = 13;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** `text` has no line end; it is null if the line is too long. `endsAt`: the byte offset of the next line. */
export type Line = { number: number; text: string | null; endsAt: number; isComplete: boolean };

/**
 * Streams the lines of a regular file, in order, in constant memory. Closes the file at the end, and when the reader
 * stops early. Rejects with the system's error, including `ENOENT`.
 */
export async function* readLines(file: string): AsyncGenerator<Line> {
  const handle = await openToRead(file);
  const assembler = new LineAssembler();
  try {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES, null);
      if (bytesRead === 0) break;
      yield* assembler.take(buffer.subarray(0, bytesRead));
    }
    const last = assembler.end();
    if (last !== null) yield last;
  } finally {
    await handle.close();
  }
}

/** Joins lines that begin in one chunk and end in another. */
class LineAssembler {
  #held: Buffer[] = [];
  #heldBytes = 0;
  #isTooLong = false;
  #number = 0;
  #at = 0;

  *take(chunk: Buffer): Generator<Line> {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      this.#hold(chunk.subarray(from, end));
      this.#at += 1;
      yield this.#line(true);
      from = end + 1;
    }
    // The next chunk reuses this chunk's memory.
    this.#hold(Buffer.from(chunk.subarray(from)));
  }

  end(): Line | null {
    return this.#heldBytes > 0 ? this.#line(false) : null;
  }

  #hold(piece: Buffer): void {
    this.#at += piece.length;
    this.#heldBytes += piece.length;
    this.#isTooLong ||= this.#heldBytes > MAX_LINE_BYTES;
    if (this.#isTooLong) this.#held = [];
    else if (piece.length > 0) this.#held.push(piece);
  }

  #line(isComplete: boolean): Line {
    this.#number += 1;
    const text = this.#isTooLong ? null : this.#text();
    this.#held = [];
    this.#heldBytes = 0;
    this.#isTooLong = false;
    return { number: this.#number, text, endsAt: this.#at, isComplete };
  }

  #text(): string {
    const bytes = this.#held.length === 1 ? this.#held[0]! : Buffer.concat(this.#held);
    const from = this.#number === 1 && bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
    const to = bytes.at(-1) === RETURN ? bytes.length - 1 : bytes.length;
    return bytes.toString('utf8', from, to);
  }
}

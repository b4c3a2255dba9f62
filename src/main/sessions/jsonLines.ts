import * as z from 'zod/mini';
import {
  cutFile,
  fileExists,
  fileSize,
  openToRead,
  replaceFile,
  type FileHandle,
} from '../../lib/guardedFiles';
import { MAX_LINE_BYTES, readLines } from './lines';

/** Called for each line that is not an entry: truncated by a crash, damaged, or too long. */
export type OnBadLine = (lineNumber: number) => void;

/** An entry, and the byte offset of the next line from the start of the file. */
export type PlacedEntry<T> = { entry: T; endsAt: number };

/**
 * Streams the entries of a file with one JSON value per line, in order. A missing file has no entries. Lines that do
 * not match the schema are passed to `onBadLine` and skipped.
 */
export async function* readJsonLines<S extends z.ZodMiniType>(
  file: string,
  schema: S,
  onBadLine: OnBadLine,
): AsyncGenerator<z.output<S>> {
  for await (const { entry } of readPlacedJsonLines(file, schema, onBadLine)) yield entry;
}

/** Like `readJsonLines`, with the lines' offsets. */
export async function* readPlacedJsonLines<S extends z.ZodMiniType>(
  file: string,
  schema: S,
  onBadLine: OnBadLine,
): AsyncGenerator<PlacedEntry<z.output<S>>> {
  if (!(await fileExists(file))) return;
  for await (const { text, number, endsAt } of readLines(file)) {
    if (text === '') continue;
    const parsed = z.safeParse(schema, parsedOrNothing(text));
    if (parsed.success) yield { entry: parsed.data, endsAt };
    else onBadLine(number);
  }
}

/** Removes a truncated last line, as a crash leaves it. Ignores a missing file. */
export async function dropTornLine(file: string): Promise<void> {
  const size = await fileSize(file);
  if (!size) return;
  const whole = await endOfLastLine(file, size);
  if (whole < size) await cutFile(file, whole);
}

/** Reads backwards in chunks: a truncated line may have any length. */
async function endOfLastLine(file: string, size: number): Promise<number> {
  const handle = await openToRead(file);
  try {
    for (let until = size; until > 0; until = Math.max(0, until - MAX_LINE_BYTES)) {
      const from = Math.max(0, until - MAX_LINE_BYTES);
      const newline = (await readPiece(handle, from, until)).lastIndexOf(10);
      if (newline !== -1) return from + newline + 1;
    }
    return 0;
  } finally {
    await handle.close();
  }
}

/** The entries in about the last 64 KiB of a file; none if it is missing. */
export async function lastLines<S extends z.ZodMiniType>(file: string, schema: S): Promise<z.output<S>[]> {
  const size = await fileSize(file);
  if (!size) return [];
  const handle = await openToRead(file);
  try {
    const tail = await readPiece(handle, Math.max(0, size - MAX_LINE_BYTES), size);
    const lines = tail
      .toString('utf8')
      .split('\n')
      .map((line) => z.safeParse(schema, parsedOrNothing(line)));
    return lines.flatMap(({ success, data }) => (success ? [data] : []));
  } finally {
    await handle.close();
  }
}

async function readPiece(handle: FileHandle, from: number, until: number): Promise<Buffer> {
  const piece = Buffer.alloc(until - from);
  const { bytesRead } = await handle.read(piece, 0, piece.length, from);
  return piece.subarray(0, bytesRead);
}

const WRITE_AT_ONCE = 64 * 1024;

/** Buffers small texts: one write for each of millions of lines would take minutes. */
export async function writeTexts(handle: FileHandle, texts: AsyncIterable<string>): Promise<void> {
  let held = '';
  for await (const text of texts) {
    held += text;
    if (held.length < WRITE_AT_ONCE) continue;
    await handle.writeFile(held);
    held = '';
  }
  if (held !== '') await handle.writeFile(held);
}

/**
 * Replaces `to` with the selected lines of a log; both may be the same file. Truncated lines are left out. Resolves
 * once the file is flushed to disk.
 */
export async function copyJsonLines<S extends z.ZodMiniType>(
  from: string,
  to: string,
  schema: S,
  isKept: (entry: z.output<S>) => boolean,
): Promise<void> {
  async function* kept(): AsyncGenerator<string> {
    for await (const entry of readJsonLines(from, schema, () => undefined))
      if (isKept(entry)) yield `${JSON.stringify(entry)}\n`;
  }
  await replaceFile(to, (handle) => writeTexts(handle, kept()));
}

const COUNT_AT_ONCE = 256 * 1024;

/** Counts a file's complete lines without parsing them; 0 for a missing file. */
export async function countLines(file: string): Promise<number> {
  if (!(await fileExists(file))) return 0;
  const handle = await openToRead(file);
  try {
    const buffer = Buffer.allocUnsafe(COUNT_AT_ONCE);
    let lines = 0;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return lines;
      lines += newlinesIn(buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}

function newlinesIn(chunk: Buffer): number {
  let found = 0;
  for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) found += 1;
  return found;
}

/** A line's parsed value. Undefined, which no schema accepts, if the line is not JSON or is too long. */
export function parsedOrNothing(line: string | null): unknown {
  if (line === null) return undefined;
  try {
    return JSON.parse(line);
  } catch (error) {
    // Not swallowed: the caller's schema rejects undefined, so the line is passed to onBadLine.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

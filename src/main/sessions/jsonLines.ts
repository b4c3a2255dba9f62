import { createReadStream, createWriteStream } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import * as z from 'zod/mini';

/** Called for each line that is no entry: torn by a crash, or damaged since. */
export type OnBadLine = (lineNumber: number) => void;

/**
 * The entries of a file with one JSON value a line, in order, without holding the file in memory.
 * A missing file has none. Lines that do not fit the schema are told to `onBadLine` and left out.
 */
export async function* readJsonLines<S extends z.ZodMiniType>(
  file: string,
  schema: S,
  onBadLine: OnBadLine,
): AsyncGenerator<z.output<S>> {
  if (!(await fileExists(file))) return;
  let lineNumber = 0;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    lineNumber += 1;
    if (line === '') continue;
    const parsed = z.safeParse(schema, parsedOrNothing(line));
    if (parsed.success) yield parsed.data;
    else onBadLine(lineNumber);
  }
}

const TAIL_BYTES = 64 * 1024;

/** Cuts off what a crash left of a file's last line; a missing file has none. Lines are shorter than 64 KiB. */
export async function dropTornLine(file: string): Promise<void> {
  const size = await fileSize(file);
  if (!size) return;
  const handle = await open(file, 'r+');
  try {
    const { from, tail } = await readTail(handle, size);
    const whole = from + tail.lastIndexOf(10) + 1;
    if (whole < size) await handle.truncate(whole);
  } finally {
    await handle.close();
  }
}

/** The entries among a file's last lines, some 64 KiB of them; none where it is missing. */
export async function lastLines<S extends z.ZodMiniType>(file: string, schema: S): Promise<z.output<S>[]> {
  const size = await fileSize(file);
  if (!size) return [];
  const handle = await open(file, 'r');
  try {
    const { tail } = await readTail(handle, size);
    const lines = tail
      .toString('utf8')
      .split('\n')
      .map((line) => z.safeParse(schema, parsedOrNothing(line)));
    return lines.flatMap(({ success, data }) => (success ? [data] : []));
  } finally {
    await handle.close();
  }
}

/** The last bytes of a file, and where they begin. */
async function readTail(handle: FileHandle, size: number): Promise<{ from: number; tail: Buffer }> {
  const from = Math.max(0, size - TAIL_BYTES);
  const tail = Buffer.alloc(size - from);
  await handle.read(tail, 0, tail.length, from);
  return { from, tail };
}

/** Writes the lines of a log that are to be kept into another file, which is on the disk then. Torn lines are left out. */
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
  await pipeline(kept(), createWriteStream(to, { mode: 0o600, flush: true }));
}

/** How many complete lines a file has; 0 for a missing one. Reads without parsing. */
export async function countLines(file: string): Promise<number> {
  if (!(await fileExists(file))) return 0;
  let lines = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) lines += newlinesIn(chunk);
  return lines;
}

function newlinesIn(chunk: Buffer): number {
  let found = 0;
  for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) found += 1;
  return found;
}

/** A line's value; undefined, which no schema of ours admits, for one that is no JSON. */
export function parsedOrNothing(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    // Not swallowed: the caller's schema refuses undefined, so the line is told to onBadLine.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export async function fileExists(file: string): Promise<boolean> {
  return (await fileSize(file)) !== null;
}

/** Bytes, or null when there is no such file. */
export async function fileSize(file: string): Promise<number | null> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

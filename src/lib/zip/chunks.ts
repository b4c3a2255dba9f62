import { closeSync, openToReadSync, readSync } from '../guardedFiles';

/** Large enough that reading, hashing and writing take longer than the calls themselves. */
export const CHUNK_BYTES = 256 * 1024;

/**
 * Yields the first `size` bytes of a file. Each chunk uses `buffer` and is valid until the next one: a fresh buffer per
 * chunk would cause a page fault for every page.
 */
export function* readChunks(file: string, size: number, buffer: Uint8Array): Generator<Uint8Array> {
  const fd = openToReadSync(file);
  try {
    for (let at = 0; at < size;) {
      const bytesRead = readSync(fd, buffer, 0, Math.min(buffer.length, size - at), at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    closeSync(fd);
  }
}

/** Joins texts into chunks. */
export async function* textChunks(
  texts: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<Uint8Array> {
  let held = '';
  for await (const text of texts) {
    held += text;
    if (held.length < CHUNK_BYTES) continue;
    yield Buffer.from(held);
    held = '';
  }
  if (held) yield Buffer.from(held);
}

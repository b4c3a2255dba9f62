import { closeSync, openToReadSync, readSync } from '../guardedFiles';

/** Large enough that reading, hashing and writing cost more than their calls do. */
export const CHUNK_BYTES = 256 * 1024;

/**
 * The first `size` bytes of a file. Each chunk lies in `buffer`, and is gone when the next one is asked for: a fresh
 * buffer for every chunk would cost a page fault for every page.
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

/** Texts, gathered into chunks. */
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

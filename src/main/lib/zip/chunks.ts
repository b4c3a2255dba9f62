import { open } from 'node:fs/promises';

/** Large enough that reading, hashing and writing cost more than their calls do. */
const CHUNK_BYTES = 256 * 1024;

/** Bytes that are on loan until `release` is called. */
export type Chunk = { bytes: Uint8Array; release(): void };

/** Chunks one by one, the next of which is being read while the last is worked on. */
export type Chunks = {
  /** Undefined after the last one. */
  next(): Promise<Chunk | undefined>;
  /** Resolves when the file is closed; chunks still on loan stay valid. */
  close(): Promise<void>;
};

/** Lends buffers, as many as are out at the same time. Fresh ones for every chunk would cost a page fault per page. */
export type BufferPool = { lend(): Buffer; takeBack(buffer: Buffer): void };

export function createBufferPool(): BufferPool {
  const free: Buffer[] = [];
  return {
    lend: () => free.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES),
    takeBack: (buffer) => void free.push(buffer),
  };
}

/** Begins at once to read the first `size` bytes of a file. */
export function readFileAhead(file: string, size: number, pool: BufferPool): Chunks {
  return ahead(chunksOf(file, size, pool));
}

/** Texts, gathered into chunks. */
export function textAhead(texts: AsyncIterable<string> | Iterable<string>): Chunks {
  return ahead(gathered(texts));
}

function ahead(source: AsyncGenerator<Chunk>): Chunks {
  const begin = () => {
    const reading = source.next();
    // It is thrown where it is awaited, which may be after a write that takes its time.
    reading.catch(() => {});
    return reading;
  };
  let coming = begin();
  return {
    async next() {
      const { value, done } = await coming;
      if (done) return undefined;
      coming = begin();
      return value as Chunk;
    },
    async close() {
      await coming.catch(() => {});
      await source.return(undefined);
    },
  };
}

async function* chunksOf(file: string, size: number, pool: BufferPool): AsyncGenerator<Chunk> {
  const handle = await open(file);
  try {
    for (let at = 0; at < size;) {
      const buffer = pool.lend();
      const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, size - at), at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield { bytes: buffer.subarray(0, bytesRead), release: () => pool.takeBack(buffer) };
    }
  } finally {
    await handle.close();
  }
}

async function* gathered(texts: AsyncIterable<string> | Iterable<string>): AsyncGenerator<Chunk> {
  let held = '';
  for await (const text of texts) {
    held += text;
    if (held.length < CHUNK_BYTES) continue;
    yield { bytes: Buffer.from(held), release: () => {} };
    held = '';
  }
  if (held) yield { bytes: Buffer.from(held), release: () => {} };
}

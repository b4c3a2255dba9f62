/** What the disk is given to write at a time, in bytes. */
export const WRITE_BACK_BYTES = 64 * 1024 ** 2;

/** Hands to the disk what was written, a piece at a time. */
export type WriteBack = {
  /** The same chunks; waits where the disk is more than one piece behind. @throws what a flush threw */
  paced(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array>;
  /** Resolves when no flush is under way. @throws what the last one threw */
  settled(): Promise<void>;
};

/**
 * So that the disk has little left to do at the end, and never so much that others who wait for it (a running recording)
 * have to wait for all of that, too. One flush at a time: the few threads that do it are the whole process'.
 * @param flush as `fdatasync`. The system tells of a failed write to one flush only, so each of them is heard.
 */
export function createWriteBack(flush: () => Promise<void>, pieceBytes = WRITE_BACK_BYTES): WriteBack {
  let pending = Promise.resolve();
  let bytes = 0;
  return {
    async *paced(chunks) {
      for (const chunk of chunks) {
        yield chunk;
        bytes += chunk.length;
        if (bytes < pieceBytes) continue;
        bytes = 0;
        await pending;
        pending = flush();
        pending.catch(() => undefined); // heard by the next who waits for it
      }
    },
    settled: () => pending,
  };
}

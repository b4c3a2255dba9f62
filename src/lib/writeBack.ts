/** Bytes flushed to the disk at a time. */
export const WRITE_BACK_BYTES = 64 * 1024 ** 2;

/** Flushes written data to the disk, a piece at a time. */
export type WriteBack = {
  /** Yields the same chunks; waits while the disk is more than one piece behind. @throws the error of a flush */
  paced(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array>;
  /** Resolves when no flush is in progress. @throws the error of the last flush */
  settled(): Promise<void>;
};

/**
 * Flushes continuously, so that little is left at the end and other writers (a running recording) never wait for a
 * large flush. One flush at a time, because the whole process shares a few I/O threads.
 * @param flush such as `fdatasync`. The system reports a failed write to one flush only, so the result of each is
 * checked.
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
        pending.catch(() => undefined); // the next waiting call gets the error
      }
    },
    settled: () => pending,
  };
}

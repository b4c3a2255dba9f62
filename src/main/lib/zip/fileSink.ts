import type { FileHandle } from 'node:fs/promises';

/** Where a zip's bytes go. */
export type ZipSink = {
  /**
   * Takes bytes for a place in the file. Resolves when the write before it is done, so that one is under way while the
   * next is made ready. What fails is thrown by the next call.
   * @param written called when the bytes may be used for something else
   */
  write(bytes: Uint8Array[], at: number, written?: () => void): Promise<void>;
  /** Resolves when nothing is under way. @throws what the last write threw */
  settled(): Promise<void>;
};

export function createFileSink(file: FileHandle): ZipSink {
  let underWay: Promise<void> = Promise.resolve();
  return {
    async write(bytes, at, written) {
      await underWay;
      underWay = writeWhole(file, bytes, at).then(written);
      // It is thrown where it is awaited, which may be after a read that takes its time.
      underWay.catch(() => {});
    },
    settled: () => underWay,
  };
}

/** A disk that is nearly full writes a part, and tells why with the next attempt. */
async function writeWhole(file: FileHandle, bytes: Uint8Array[], at: number): Promise<void> {
  let rest = bytes.filter(({ length }) => length > 0);
  let place = at;
  while (rest.length > 0) {
    const { bytesWritten } = await file.writev(rest, place);
    place += bytesWritten;
    rest = without(rest, bytesWritten);
  }
}

function without(buffers: Uint8Array[], count: number): Uint8Array[] {
  let skip = count;
  return buffers.flatMap((buffer) => {
    const from = Math.min(skip, buffer.length);
    skip -= from;
    return from < buffer.length ? [buffer.subarray(from)] : [];
  });
}

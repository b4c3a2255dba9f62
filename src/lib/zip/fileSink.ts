import { writevSync } from '../guardedFiles';

/** Writes all bytes at a position of the file, or none. @throws the system's error */
export type ZipSink = (bytes: Uint8Array[], at: number) => void;

/** @param writev like `fs.writevSync`: returns the bytes written */
export function createFileSink(
  fd: number,
  writev: (fd: number, bytes: Uint8Array[], at: number) => number = writevSync,
): ZipSink {
  return (bytes, at) => {
    let rest = bytes.filter(({ length }) => length > 0);
    // A disk that is nearly full writes a part; the next attempt reports the error.
    for (let place = at; rest.length > 0;) {
      const bytesWritten = writev(fd, rest, place);
      place += bytesWritten;
      rest = without(rest, bytesWritten);
    }
  };
}

function without(buffers: Uint8Array[], count: number): Uint8Array[] {
  let skip = count;
  return buffers.flatMap((buffer) => {
    const from = Math.min(skip, buffer.length);
    skip -= from;
    return from < buffer.length ? [buffer.subarray(from)] : [];
  });
}

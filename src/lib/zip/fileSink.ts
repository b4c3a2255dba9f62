import { writevSync } from '../guardedFiles';

/** Takes bytes for a place in the file, all of them or none. @throws the system's error */
export type ZipSink = (bytes: Uint8Array[], at: number) => void;

/** @param writev as `fs.writevSync`: answers how many bytes it took */
export function createFileSink(
  fd: number,
  writev: (fd: number, bytes: Uint8Array[], at: number) => number = writevSync,
): ZipSink {
  return (bytes, at) => {
    let rest = bytes.filter(({ length }) => length > 0);
    // A disk that is nearly full takes a part, and tells why with the next attempt.
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

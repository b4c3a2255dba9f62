import { MAX_PART_SIZE_BYTES, MIN_PART_SIZE_BYTES } from '../../shared/upload';

const MIB = 1024 * 1024;

/** Target for the number of parts. S3 allows 10,000; the rest is for files of unknown size. */
const PARTS_AIMED_AT = 9_000;

/**
 * Memory for the parts of all uploads: eight parts of the default size. A larger part is sent alone; for a file above
 * 1.1 TiB it may reach 583 MiB, because a file is split into at most 9,000 parts. With sockets, TLS and garbage, the process grows
 * by up to 40 MiB more.
 */
export const MAX_IN_FLIGHT_BYTES = 80 * MIB;

/**
 * Under a bandwidth limit, one part must take at most this long, and several in parallel together at most this long:
 * bytes in flight are lost at a pause or a broken connection. If one part takes 5 s or more, waiting for its reply
 * costs little.
 */
const PART_SECONDS = 30;
const IN_FLIGHT_SECONDS = 10;

export type PartRange = { number: number; offset: number; size: number };

/**
 * The size of every part but the last. Limits the configured size to what a bandwidth limit allows, then raises it if
 * the file would need too many parts.
 * @param bytesPerSecond the limit; null if there is none
 */
export function choosePartSizeBytes(
  fileSizeBytes: number,
  configuredBytes: number,
  bytesPerSecond: number | null = null,
): number {
  const needed = Math.ceil(Math.ceil(fileSizeBytes / PARTS_AIMED_AT) / MIB) * MIB;
  const inTime = Math.floor(((bytesPerSecond ?? Infinity) * PART_SECONDS) / MIB) * MIB;
  const wanted = Math.min(configuredBytes, MAX_PART_SIZE_BYTES, Math.max(MIN_PART_SIZE_BYTES, inTime));
  return Math.max(wanted, needed);
}

/** Splits a file into parts 1…n. An empty file has one empty part. */
export function planParts(fileSizeBytes: number, partSizeBytes: number): PartRange[] {
  const count = Math.max(1, Math.ceil(fileSizeBytes / partSizeBytes));
  return Array.from({ length: count }, (_, index) => {
    const offset = index * partSizeBytes;
    return { number: index + 1, offset, size: Math.min(partSizeBytes, fileSizeBytes - offset) };
  });
}

/**
 * How many parts of this size may be in flight: as many as `MAX_IN_FLIGHT_BYTES` and the bandwidth limit allow; at
 * least one.
 * @param bytesPerSecond the limit; null if there is none
 */
export function mostParallelParts(partSizeBytes: number, bytesPerSecond: number | null = null): number {
  const inTime = (bytesPerSecond ?? Infinity) * IN_FLIGHT_SECONDS;
  return Math.max(1, Math.floor(Math.min(MAX_IN_FLIGHT_BYTES, inTime) / partSizeBytes));
}

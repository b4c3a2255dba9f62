import { MAX_PART_SIZE_BYTES, MIN_PART_SIZE_BYTES } from '../../shared/upload';

const MIB = 1024 * 1024;

/** Parts a plan aims to stay under. S3 allows 10,000; the rest is room for files of unforeseen size. */
const PARTS_AIMED_AT = 9_000;

/**
 * The memory for the parts of all uploads: eight parts of the default size. A larger part travels alone; of a file above
 * 1.1 TiB it has up to 583 MiB, as 9,000 parts must do. With sockets, TLS and garbage the process grows by up to 40 MiB more.
 */
export const MAX_IN_FLIGHT_BYTES = 80 * MIB;

/**
 * Under a bandwidth limit a part is to be through within so long, and several at once together within so long: what is under
 * way is lost at a pause or when the line breaks. Where one alone takes 5 s or more, waiting for its reply costs little.
 */
const PART_SECONDS = 30;
const IN_FLIGHT_SECONDS = 10;

export type PartRange = { number: number; offset: number; size: number };

/**
 * The size of every part but the last.
 * The configured size is bounded by what a bandwidth limit lets through in time, then raised where the file would need too many parts.
 * @param bytesPerSecond the limit; null where there is none
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

/** Cuts a file into parts 1…n. An empty file has one empty part. */
export function planParts(fileSizeBytes: number, partSizeBytes: number): PartRange[] {
  const count = Math.max(1, Math.ceil(fileSizeBytes / partSizeBytes));
  return Array.from({ length: count }, (_, index) => {
    const offset = index * partSizeBytes;
    return { number: index + 1, offset, size: Math.min(partSizeBytes, fileSizeBytes - offset) };
  });
}

/**
 * How many parts of this size may be under way at once: what `MAX_IN_FLIGHT_BYTES` hold and a bandwidth limit lets through
 * in time; at least one.
 * @param bytesPerSecond the limit; null where there is none
 */
export function mostParallelParts(partSizeBytes: number, bytesPerSecond: number | null = null): number {
  const inTime = (bytesPerSecond ?? Infinity) * IN_FLIGHT_SECONDS;
  return Math.max(1, Math.floor(Math.min(MAX_IN_FLIGHT_BYTES, inTime) / partSizeBytes));
}

const MIB = 1024 * 1024;

/** Parts a plan aims to stay under. S3 allows 10,000; the rest is room for bundles of unforeseen size. */
const PARTS_AIMED_AT = 9_000;

/** The most that part buffers may hold at one time, whatever the bundle's size. */
export const MAX_IN_FLIGHT_BYTES = 128 * MIB;

export type PartRange = { number: number; offset: number; size: number };

/**
 * The size of every part but the last.
 * The configured size is bounded by the memory it would take, then raised where the file would need too many parts.
 */
export function choosePartSizeBytes(fileSizeBytes: number, configuredBytes: number): number {
  const needed = Math.ceil(Math.ceil(fileSizeBytes / PARTS_AIMED_AT) / MIB) * MIB;
  return Math.max(Math.min(configuredBytes, MAX_IN_FLIGHT_BYTES), needed);
}

/** Cuts a file into parts 1…n. An empty file has one empty part. */
export function planParts(fileSizeBytes: number, partSizeBytes: number): PartRange[] {
  const count = Math.max(1, Math.ceil(fileSizeBytes / partSizeBytes));
  return Array.from({ length: count }, (_, index) => {
    const offset = index * partSizeBytes;
    return { number: index + 1, offset, size: Math.min(partSizeBytes, fileSizeBytes - offset) };
  });
}

/** How many parts of this size `MAX_IN_FLIGHT_BYTES` hold; at least one. */
export function mostParallelParts(partSizeBytes: number): number {
  return Math.max(1, Math.floor(MAX_IN_FLIGHT_BYTES / partSizeBytes));
}

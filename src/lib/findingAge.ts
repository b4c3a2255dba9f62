/** A finding that a server lacks something counts for so long: servers are updated and mended. */
const COUNTS_FOR_MS = 7 * 24 * 3_600_000;

/**
 * Whether a finding still counts. One from the future does not: the clock was set back, and how old it is cannot be told.
 * @param foundAtMs epoch milliseconds; undefined where nothing was found
 */
export function isRecent(foundAtMs: number | undefined, nowMs: number): boolean {
  return foundAtMs !== undefined && foundAtMs <= nowMs && nowMs - foundAtMs < COUNTS_FOR_MS;
}

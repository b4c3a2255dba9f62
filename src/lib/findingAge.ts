/** How long to trust a finding that a server lacks something: servers get updated and fixed. */
const COUNTS_FOR_MS = 7 * 24 * 3_600_000;

/**
 * Whether a finding is still trusted. One from the future is not: the clock was set back, so its age is unknown.
 * @param foundAtMs epoch milliseconds; undefined if there is no finding
 */
export function isRecent(foundAtMs: number | undefined, nowMs: number): boolean {
  return foundAtMs !== undefined && foundAtMs <= nowMs && nowMs - foundAtMs < COUNTS_FOR_MS;
}

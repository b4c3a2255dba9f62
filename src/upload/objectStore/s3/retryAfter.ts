/**
 * Parses a `Retry-After` header: seconds, or an HTTP date (RFC 9110 §10.2.3).
 * @param nowMs epoch milliseconds, by the sender's clock
 * @returns milliseconds to wait, never negative; undefined if the header is missing or invalid
 */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim();
  if (!text) return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}

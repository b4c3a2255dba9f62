import prettyBytes from 'pretty-bytes';

/** The locale and time zone for formatting; absent means the system's. */
export type Place = { locale?: string; timeZone?: string };

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `12.3 MB`: powers of 1,000, as in file managers. */
export function formatBytes(bytes: number, { locale }: Place = {}): string {
  return prettyBytes(bytes, { locale: locale ?? true, maximumFractionDigits: bytes < 1e6 ? 0 : 1 });
}

/** `5.2 MB/s`. */
export function formatSpeed(bytesPerSecond: number, place?: Place): string {
  return `${formatBytes(bytesPerSecond, place)}/s`;
}

/** A running clock: `0:07`, `12:34`, `1:02:03`. Never negative. */
export function formatClock(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / SECOND));
  const two = (n: number) => String(n).padStart(2, '0');
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** A duration in at most two units: `12 s`, `4 min 5 s`, `2 h 10 min`. Never negative. */
export function formatDuration(durationMs: number): string {
  const seconds = Math.max(0, Math.round(durationMs / SECOND));
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return `${seconds} s`;
  if (minutes < 60) return join(minutes, 'min', seconds % 60, 's');
  return join(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
}

/** The recorded time. If pauses total a second or more, also the time including them, as on the player's clock. */
export function formatLength(recordedMs: number, withPausesMs: number): string {
  const recorded = formatDuration(recordedMs);
  if (withPausesMs - recordedMs < SECOND) return recorded;
  return `${recorded} (${formatDuration(withPausesMs)} with pauses)`;
}

function join(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** The time until `untilMs`, rounded up so that it ends with `1 s`; `0 s` after it has passed. */
export function formatCountdown(untilMs: number, nowMs: number): string {
  return formatDuration(Math.ceil(Math.max(0, untilMs - nowMs) / SECOND) * SECOND);
}

/** `Saturday, November 21, 2026 at 2:05 PM`, or `… at 2:05:12 PM` if the minute is ambiguous. */
export function formatDateTime(
  epochMs: number,
  { locale, timeZone }: Place = {},
  until: 'minute' | 'second' = 'minute',
): string {
  return new Intl.DateTimeFormat(locale, {
    weekday: 'long',
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    second: until === 'second' ? '2-digit' : undefined,
    timeZone,
  }).format(epochMs);
}

/** The start of the minute that contains a time, in epoch milliseconds. */
export function minuteOf(epochMs: number): number {
  return epochMs - (epochMs % MINUTE);
}

/** `2 hours ago`, `yesterday`; `just now` within a minute, and for a time in the future. */
export function formatRelative(epochMs: number, nowMs: number, { locale }: Place = {}): string {
  const agoMs = nowMs - epochMs;
  if (agoMs < MINUTE) return 'just now';
  const words = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  if (agoMs < HOUR) return words.format(-Math.floor(agoMs / MINUTE), 'minute');
  if (agoMs < DAY) return words.format(-Math.floor(agoMs / HOUR), 'hour');
  if (agoMs < 30 * DAY) return words.format(-Math.floor(agoMs / DAY), 'day');
  if (agoMs < 365 * DAY) return words.format(-Math.floor(agoMs / (30 * DAY)), 'month');
  return words.format(-Math.floor(agoMs / (365 * DAY)), 'year');
}

/** `1 action`, `1,234 actions`. */
export function formatCount(count: number, one: string, many: string, { locale }: Place = {}): string {
  return `${new Intl.NumberFormat(locale).format(count)} ${count === 1 ? one : many}`;
}

/** `42%`: rounded down, so that 100% means all of it. */
export function formatPercent(percent: number): string {
  return `${Math.floor(Math.min(100, Math.max(0, percent)))}%`;
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatClock,
  formatCount,
  formatCountdown,
  formatDuration,
  formatLength,
  formatPercent,
  formatRelative,
  formatDateTime,
  formatSpeed,
} from '../../src/components/format';

const place = { locale: 'en-US', timeZone: 'UTC' };
const noonMs = Date.UTC(2026, 10, 21, 12, 0);

describe('sizes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [12_345, '12 kB'],
    [126_400_000, '126.4 MB'],
    [50_000_000_000, '50 GB'],
  ])('writes %d bytes as %s', (bytes, text) => expect(formatBytes(bytes, place)).toBe(text));

  it('writes a speed', () => expect(formatSpeed(5_200_000, place)).toBe('5.2 MB/s'));
});

describe('times', () => {
  it('a length tells its pauses from a second on', () => {
    expect(formatLength(245_000, 245_999)).toBe('4 min 5 s');
    expect(formatLength(245_000, 310_000)).toBe('4 min 5 s (5 min 10 s with pauses)');
  });

  it('tells the minute, and the second where it is asked for', () => {
    expect(formatDateTime(noonMs + 7000, place)).toBe('Saturday, November 21, 2026 at 12:00 PM');
    expect(formatDateTime(noonMs + 7000, place, 'second')).toBe('Saturday, November 21, 2026 at 12:00:07 PM');
  });

  it.each([
    [-5_000, '0:00'],
    [7_900, '0:07'],
    [754_000, '12:34'],
    [3_723_000, '1:02:03'],
  ])('a clock shows %d ms as %s', (ms, text) => expect(formatClock(ms)).toBe(text));

  it.each([
    [12_000, '12 s'],
    [60_000, '1 min'],
    [245_000, '4 min 5 s'],
    [7_800_000, '2 h 10 min'],
    [7_200_000, '2 h'],
  ])('a length of %d ms is %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

  it('a countdown never shows less than is left, nor below zero', () => {
    expect(formatCountdown(noonMs + 11_001, noonMs)).toBe('12 s');
    expect(formatCountdown(noonMs, noonMs + 9_000)).toBe('0 s');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 59_000 }), (leftMs) => {
        const shownMs = 1000 * Number.parseInt(formatCountdown(noonMs + leftMs, noonMs), 10);
        expect(shownMs).toBeGreaterThanOrEqual(leftMs);
        expect(shownMs - leftMs).toBeLessThan(1000);
      }),
    );
  });

  it('writes an instant in local time', () => {
    expect(formatDateTime(noonMs, place)).toBe('Saturday, November 21, 2026 at 12:00 PM');
    expect(formatDateTime(noonMs, { locale: 'en-US', timeZone: 'Asia/Tokyo' })).toBe(
      'Saturday, November 21, 2026 at 9:00 PM',
    );
  });

  it.each([
    [-60_000, 'just now'],
    [59_000, 'just now'],
    [20 * 60_000, '20 minutes ago'],
    [2 * 3_600_000, '2 hours ago'],
    [24 * 3_600_000, 'yesterday'],
    [45 * 24 * 3_600_000, 'last month'],
    [800 * 24 * 3_600_000, '2 years ago'],
  ])('what was %d ms ago was %s', (agoMs, text) =>
    expect(formatRelative(noonMs - agoMs, noonMs, place)).toBe(text),
  );
});

describe('counts', () => {
  it('knows one from many', () => {
    expect(formatCount(1, 'action', 'actions', place)).toBe('1 action');
    expect(formatCount(1234, 'action', 'actions', place)).toBe('1,234 actions');
  });

  it('says 100% only of all of it', () => {
    expect(formatPercent(99.99)).toBe('99%');
    expect(formatPercent(100)).toBe('100%');
    expect(formatPercent(-1)).toBe('0%');
  });
});

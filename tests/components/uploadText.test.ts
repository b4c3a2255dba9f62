import { describe, expect, it } from 'vitest';
import {
  clockOf,
  describeCopied,
  describeLongWait,
  describeProgress,
  describeWait,
  statusLabels,
} from '../../src/components/uploadText';
import type { UploadProgressPayload, UploadReason } from '../../src/shared/upload';

const place = { locale: 'en-US' };
const nowMs = 1_800_000_030_000;
const untilMs = nowMs + 12_000;

function upload(changes: Partial<UploadProgressPayload> = {}): UploadProgressPayload {
  return {
    sessionId: '20261121-100000-0000',
    status: 'pending',
    bytesUploaded: 50_000_000,
    totalBytes: 100_000_000,
    progress: 50,
    retryCount: 3,
    maxRetries: 10,
    ...changes,
  };
}

it('names every status as the badge does', () =>
  expect(Object.values(statusLabels)).toEqual([
    'Not uploaded',
    'Pending',
    'Uploading',
    'Uploaded',
    'Failed',
  ]));

describe('what an upload waits for', () => {
  const cases: [UploadReason | undefined, string][] = [
    [undefined, 'Waiting for its turn'],
    [{ kind: 'backoff', untilMs }, 'Retrying in 12 s (3 of 10)'],
    [{ kind: 'network', untilMs, sinceMs: nowMs - 1_000 }, 'Waiting for the network — next try in 12 s'],
    [{ kind: 'throttled', untilMs }, 'The server asked for a pause — going on in 12 s'],
    [{ kind: 'needs-user', code: 'AccessDenied' }, 'Waiting for you'],
    [{ kind: 'file' }, 'Waiting for the bundle file'],
    [{ kind: 'paused' }, 'Paused'],
  ];
  it.each(cases)('of a pending one with reason %j', (reason, words) =>
    expect(describeWait(upload({ reason }), nowMs)).toBe(words),
  );

  it('counts down to nothing and stays there', () => {
    const reason = { kind: 'backoff', untilMs } as const;
    expect(describeWait(upload({ reason }), untilMs - 1)).toBe('Retrying in 1 s (3 of 10)');
    expect(describeWait(upload({ reason }), untilMs + 60_000)).toBe('Retrying in 0 s (3 of 10)');
  });

  it('is nothing while it moves and once it is over, whatever reason is left over', () => {
    const reason = { kind: 'needs-user', code: 'AccessDenied' } as const;
    expect(describeWait(upload({ status: 'uploading' }), nowMs)).toBeUndefined();
    for (const status of ['not_uploaded', 'done', 'failed'] as const)
      expect(describeWait(upload({ status, reason }), nowMs)).toBeUndefined();
  });

  it('doubts the address after five minutes without the network, not before', () => {
    const since = (minutes: number) =>
      ({ kind: 'network', untilMs, sinceMs: nowMs - minutes * 60_000 }) as const;
    expect(describeLongWait(since(4.9), nowMs)).toBeUndefined();
    expect(describeLongWait(since(5), nowMs)).toMatch(/check network or address/);
    expect(describeLongWait({ kind: 'backoff', untilMs }, nowMs)).toBeUndefined();
  });
});

describe('what was copied', () => {
  const link = { kind: 'link', expiresAt: nowMs + 3_600_000 } as const;

  it('is named with the end of the link', () => {
    const said = (temporaryKeys: boolean) =>
      describeCopied(link, { nowMs, temporaryKeys, place: { ...place, timeZone: 'UTC' } });
    expect(said(false)).toBe('Link copied; it ends on Friday, January 15, 2027 at 9:00 AM');
    expect(said(true)).toMatch(/at 9:00 AM, or before with the temporary credentials$/);
    expect(describeCopied({ kind: 'path' }, { nowMs, temporaryKeys: true })).toBe('Path copied');
  });

  it('of a link whose keys end is said to end with them, or not to', () => {
    const said = (keysEndAt: number) =>
      describeCopied({ ...link, keysEndAt }, { nowMs, temporaryKeys: true, place });
    expect(said(link.expiresAt)).toMatch(/, with the credentials that signed it$/);
    expect(said(link.expiresAt + 1)).toMatch(/(AM|PM)$/);
  });

  it('of a link that could not be tried out says so', () =>
    expect(
      describeCopied({ ...link, unchecked: 'x.test cannot be reached.' }, { nowMs, temporaryKeys: false }),
    ).toMatch(/It could not be tried out: x\.test cannot be reached\.$/));

  it('is nothing before, and once the link has ended', () => {
    const at = (now: number) => ({ nowMs: now, temporaryKeys: false });
    expect(describeCopied(undefined, at(nowMs))).toBeUndefined();
    expect(describeCopied(link, at(link.expiresAt))).toBeUndefined();
  });
});

describe('progress', () => {
  it('tells percent, bytes, speed and time left', () =>
    expect(describeProgress(upload({ bytesPerSecond: 5_200_000, secondsLeft: 77 }), place)).toBe(
      '50% · 50 MB of 100 MB · 5.2 MB/s · 1 min 17 s left',
    ));

  it('leaves out what is not known', () =>
    expect(describeProgress(upload(), place)).toBe('50% · 50 MB of 100 MB'));
});

describe('the time a row is drawn by', () => {
  it('is the tick where something counts down', () =>
    expect(clockOf(upload({ reason: { kind: 'throttled', untilMs } }), nowMs)).toBe(nowMs));

  it.each([undefined, upload(), upload({ reason: { kind: 'file' } })])(
    'is the minute where nothing does',
    (row) => expect(clockOf(row, nowMs)).toBe(nowMs - 30_000),
  );
});

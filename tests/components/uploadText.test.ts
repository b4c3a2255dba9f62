import { describe, expect, it } from 'vitest';
import {
  badgeOf,
  clockOf,
  describeCopied,
  describeLongWait,
  describeProgress,
  describeWait,
} from '../../src/components/uploadText';
import type { SessionListItem } from '../../src/shared/session';
import type { UploadProgressPayload, UploadReason } from '../../src/shared/upload';
import { exportedSession } from './exportedSession';

const place = { locale: 'en-US' };
const nowMs = 1_800_000_030_000;
const untilMs = nowMs + 12_000;

const row = exportedSession();

function upload(changes: Partial<UploadProgressPayload> = {}): UploadProgressPayload {
  return {
    sessionId: '20261121-100000-0000',
    status: 'pending',
    bytesUploaded: 50_000_000,
    bytesKept: 40_000_000,
    totalBytes: 100_000_000,
    progress: 50,
    retryCount: 3,
    maxRetries: 10,
    ...changes,
  };
}

describe('the badge', () => {
  const text = (changes: Partial<SessionListItem>) => badgeOf({ ...row, ...changes }).text;

  it('names every status', () => {
    const statuses = ['not_uploaded', 'pending', 'uploading', 'done', 'failed'] as const;
    const names = ['Not uploaded', 'Pending', 'Uploading', 'Uploaded', 'Failed'];
    expect(statuses.map((uploadStatus) => text({ uploadStatus }))).toEqual(names);
  });

  it('does not call a session not uploaded whose older version is in the bucket', () => {
    const uploaded = { location: 's3://b/k', sizeBytes: 1, verifiedAt: 1 };
    expect(text({ uploaded })).toBe('Older version uploaded');
    const gone = { ...uploaded, check: { found: 'gone', checkedAt: 2 } } as const;
    expect(text({ uploaded: gone })).toBe('Not uploaded');
  });

  it('says Paused of what is', () =>
    expect(text({ uploadStatus: 'pending', upload: upload({ reason: { kind: 'paused' } }) })).toBe('Paused'));

  it('says of what was uploaded only that it changed, and not of what is on its way', () => {
    const changedSinceUpload = true;
    expect(text({ uploadStatus: 'done', changedSinceUpload })).toBe('Changed since the upload');
    expect(text({ uploadStatus: 'uploading', changedSinceUpload })).toBe('Uploading');
  });

  it.each([
    ['gone', 'Gone from the bucket'],
    ['other', 'Replaced in the bucket'],
    ['same', 'Uploaded'],
  ] as const)('tells that what was uploaded was found %s', (found, expected) => {
    const uploaded = { location: 's3://b/k', sizeBytes: 1, verifiedAt: 1, check: { found, checkedAt: 2 } };
    expect(text({ uploadStatus: 'done', uploaded })).toBe(expected);
    if (found !== 'same') expect(text({ uploadStatus: 'uploading', uploaded })).toBe('Uploading');
  });
});

describe('what an upload waits for', () => {
  const cases: [UploadReason | undefined, string][] = [
    [undefined, 'Waiting for its turn'],
    [{ kind: 'backoff', untilMs }, 'Retrying in 12 s (3 of 10)'],
    [{ kind: 'network', untilMs, sinceMs: nowMs - 1_000 }, 'Waiting for the network — next try in 12 s'],
    [{ kind: 'throttled', untilMs }, 'The server asked for a pause — going on in 12 s'],
    [{ kind: 'needs-user', code: 'AccessDenied' }, 'Waiting for you'],
    [{ kind: 'file' }, 'Waiting for the bundle file'],
    [{ kind: 'paused' }, 'Goes on when you resume it'],
  ];
  it.each(cases)('of a pending one with reason %j', (reason, words) =>
    expect(describeWait(upload({ reason }), nowMs)).toBe(words),
  );

  it('of a paused one that cannot be resumed is not said', () =>
    expect(describeWait(upload({ reason: { kind: 'paused' } }), nowMs, false)).toBeUndefined());

  it.each([
    ['ENOTFOUND', 'network'],
    ['ECONNREFUSED', 'server'],
    ['HandshakeStalled', 'server'],
    ['ProxySilent', 'proxy'],
  ])('of one that failed with %s is the %s', (code, awaited) => {
    const errorDetail = { code, message: 'It failed.', action: 'Wait.' };
    const failing = upload({ reason: { kind: 'network', untilMs, sinceMs: nowMs }, errorDetail });
    expect(describeWait(failing, nowMs)).toBe(`Waiting for the ${awaited} — next try in 12 s`);
  });

  it('of one that is sent is a profile that gives no keys', () =>
    expect(describeWait(upload({ status: 'uploading', waitsForProfile: 'team' }), nowMs)).toBe(
      'Waiting for the AWS profile “team” to give its keys',
    ));

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

describe('an upload on which nothing moves', () => {
  const awaits = { from: 's3.example.com', afterMs: nowMs };
  const row = upload({ status: 'uploading', awaits });

  it('says from whom an answer is awaited, from the moment on that main named', () => {
    expect(describeWait(row, nowMs - 1)).toBeUndefined();
    expect(describeWait(row, nowMs)).toBe('Waiting for an answer from s3.example.com');
    expect(clockOf(row, nowMs - 1)).toBe(nowMs - 30_000);
    expect(clockOf(row, nowMs)).toBe(nowMs);
  });

  it('says that the bundle is being compared while it is', () => {
    const comparing = { ...row, awaits: undefined, comparedPercent: 42 };
    expect(describeWait(comparing, nowMs)).toBe('Comparing the bundle with what is in the bucket: 42%');
  });

  it('says it not of one that waits for something else, or does not run', () => {
    expect(describeWait({ ...row, waitsForProfile: 'team' }, nowMs)).toMatch(/AWS profile/);
    expect(describeWait({ ...row, reason: { kind: 'paused' } }, nowMs)).toMatch(/resume/);
    expect(describeWait({ ...row, status: 'done' }, nowMs)).toBeUndefined();
  });
});

describe('what was copied', () => {
  const link = { kind: 'link', expiresAt: nowMs + 3_600_000 } as const;

  it('is named with the end of the link', () => {
    const said = (temporaryKeys: boolean) =>
      describeCopied(link, { nowMs, temporaryKeys, place: { ...place, timeZone: 'UTC' } });
    expect(said(false)).toBe('Link copied; it expires on Friday, January 15, 2027 at 9:00 AM');
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
    ).toMatch(/^Link copied, but it could not be tested: x\.test cannot be reached\. It expires on /));

  it.each([
    ['gone', 'The copied link no longer works: the bundle is not in the bucket'],
    ['other', 'The copied link leads to a different object now'],
    ['same', 'Link copied; it expires on Friday, January 15, 2027 at 9:00 AM'],
    ['unknown', 'Link copied; it expires on Friday, January 15, 2027 at 9:00 AM'],
  ] as const)('of a link to what was found to be %s', (found, said) =>
    expect(
      describeCopied(link, { nowMs, temporaryKeys: false, place: { ...place, timeZone: 'UTC' }, found }),
    ).toBe(said),
  );

  it('is nothing before', () =>
    expect(describeCopied(undefined, { nowMs, temporaryKeys: false })).toBeUndefined());

  it('is told to have ended from the minute on in which it does', () => {
    const at = (now: number) => describeCopied(link, { nowMs: now, temporaryKeys: false, place });
    const lastMinute = link.expiresAt - (link.expiresAt % 60_000);
    expect(at(lastMinute - 1)).toMatch(/^Link copied/);
    expect(at(lastMinute)).toBe('The copied link has expired');
  });
});

describe('progress', () => {
  it('tells percent, bytes, speed and time left', () =>
    expect(
      describeProgress(upload({ status: 'uploading', bytesPerSecond: 5_200_000, secondsLeft: 77 }), place),
    ).toBe('50% · 50 MB of 100 MB sent · 5.2 MB/s · 1 min 17 s left'));

  it('leaves out what is not known', () =>
    expect(describeProgress(upload({ status: 'uploading' }), place)).toBe('50% · 50 MB of 100 MB sent'));

  it.each([
    [40_000_000, 'Finishing · 40 MB of 100 MB confirmed by the server'],
    [100_000_000, 'Finishing · verifying the bundle in the bucket'],
  ])('tells what the server has confirmed (%i) once all is sent', (bytesKept, text) => {
    const sent = upload({ status: 'uploading', bytesUploaded: 100_000_000, bytesKept, progress: 99 });
    expect(describeProgress(sent, place)).toBe(text);
  });

  it('counts only what the bucket has where nothing moves', () =>
    expect(describeProgress(upload({ status: 'pending' }), place)).toBe(
      '40% · 40 MB of 100 MB in the bucket',
    ));
});

describe('the time a row is drawn by', () => {
  it('is the tick where something counts down', () =>
    expect(clockOf(upload({ reason: { kind: 'throttled', untilMs } }), nowMs)).toBe(nowMs));

  it.each([undefined, upload(), upload({ reason: { kind: 'file' } })])(
    'is the minute where nothing does',
    (row) => expect(clockOf(row, nowMs)).toBe(nowMs - 30_000),
  );
});

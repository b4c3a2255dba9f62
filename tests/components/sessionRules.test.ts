import { describe, expect, it } from 'vitest';
import {
  countForAll,
  describeCondition,
  errorsOf,
  exportButton,
  pauseButton,
  whyNotResume,
  tellUploads,
  uploadButton,
  whyNotDelete,
  whyNotUpload,
} from '../../src/components/sessionRules';
import type { SessionCondition, SessionListItem } from '../../src/shared/session';
import type { UploadReason, UploadStatus } from '../../src/shared/upload';
import { describeMissing } from '../../src/components/missingText';
import { exportedSession as session } from './exportedSession';

const without: SessionCondition[] = [
  'recording',
  'finalising',
  'exporting',
  'interrupted',
  'export-failed',
  'damaged',
];

describe('Upload', () => {
  it('can be pressed once there is a bundle', () => expect(whyNotUpload(session())).toBeUndefined());

  it('waits for another export where the bundle is damaged', () => {
    const problem = { code: 'BundleDamaged', message: 'It was damaged.', action: 'Export again.' };
    const item = session({ condition: 'export-failed', problem });
    expect(whyNotUpload(item)).toMatch(/damaged/);
    expect(exportButton(item)).toBe('Export again');
    expect(describeCondition(item)).toBeUndefined();
  });

  it.each(without)('says why not while the session is %s', (condition) =>
    expect(whyNotUpload(session({ condition, isExported: false }))).toMatch(/\.$/),
  );

  it('waits for an export that is being repeated', () =>
    expect(whyNotUpload(session({ condition: 'exporting' }))).toMatch(/still being made/));

  it.each([
    ['not_uploaded', 'upload'],
    ['pending', 'cancel'],
    ['uploading', 'cancel'],
    ['failed', 'retry'],
    ['done', undefined],
  ] as const)('of a session that is %s the button is %s', (uploadStatus, button) =>
    expect(uploadButton(session({ uploadStatus }))).toBe(button),
  );

  it('is offered again where the bundle changed since', () =>
    expect(uploadButton(session({ uploadStatus: 'done', changedSinceUpload: true }))).toBe('upload'));
});

describe('what is told of the uploads everywhere', () => {
  const told = (...statuses: UploadStatus[]) =>
    tellUploads(statuses.map((uploadStatus) => session({ uploadStatus })));

  it('is nothing where none is under way and none failed', () =>
    expect(told('done', 'not_uploaded')).toBeUndefined());

  it('is how many are under way', () =>
    expect(told('uploading', 'pending', 'done')).toEqual({
      tone: 'blue',
      glance: '↑ 2',
      text: '2 uploads not finished yet',
    }));

  it('is first of all how many failed', () =>
    expect(told('failed', 'pending')).toEqual({
      tone: 'red',
      glance: '1 failed',
      text: '1 upload failed, 1 upload not finished yet',
      alarm: '1 upload failed',
    }));
});

describe('Upload again', () => {
  const found = (which: 'same' | 'gone' | 'other') =>
    session({
      uploadStatus: 'done',
      uploaded: { location: 's3://b/k', sizeBytes: 1, verifiedAt: 1, check: { found: which, checkedAt: 2 } },
    });
  it.each(['gone', 'other'] as const)('is offered for what was found %s', (which) =>
    expect(uploadButton(found(which))).toBe('upload-again'),
  );
  it('is not for what is still there', () => expect(uploadButton(found('same'))).toBeUndefined());
});

function upload(status: UploadStatus, reason?: UploadReason): SessionListItem {
  const progress = {
    bytesUploaded: 0,
    bytesKept: 0,
    totalBytes: 1,
    progress: 0,
    retryCount: 0,
    maxRetries: 10,
  };
  const { sessionId } = session();
  return session({ uploadStatus: status, upload: { sessionId, status, reason, ...progress } });
}

describe('Pause', () => {
  it.each([
    ['pending', undefined, 'pause'],
    ['uploading', undefined, 'pause'],
    ['pending', { kind: 'backoff', untilMs: 1 }, 'pause'],
    ['pending', { kind: 'paused' }, 'resume'],
    ['not_uploaded', undefined, undefined],
    ['failed', { kind: 'paused' }, undefined],
    ['done', undefined, undefined],
  ] as const)('of an upload that is %s with reason %j the button is %s', (status, reason, button) =>
    expect(pauseButton(upload(status, reason))).toBe(button),
  );
});

it('counts what the buttons for all sessions would touch', () => {
  const items = [
    session(),
    upload('failed'),
    session({ condition: 'interrupted', isExported: false }),
    session({ condition: 'exporting' }),
    upload('done'),
    session({ uploadStatus: 'done', changedSinceUpload: true }),
    upload('pending'),
    upload('uploading'),
    upload('pending', { kind: 'network', untilMs: 1, sinceMs: 0 }),
    upload('pending', { kind: 'paused' }),
  ];
  expect(countForAll(items)).toEqual({ uploadable: 2, pausable: 3, paused: 1 });
  expect(countForAll([])).toEqual({ uploadable: 0, pausable: 0, paused: 0 });
});

it('lets no paused upload go on while its bundle is missing', () => {
  const paused = upload('pending', { kind: 'paused' });
  expect(whyNotResume(paused)).toBeUndefined();
  const problem = { code: 'BundleMissing', message: 'Missing.', action: 'Export it again.' };
  const lost = { ...paused, condition: 'export-failed' as const, problem };
  expect(whyNotResume(lost)).toBe('The bundle is no longer on this computer. Export it again first.');
  expect(countForAll([paused, lost]).paused).toBe(1);
});

describe('Export', () => {
  it.each([
    ['interrupted', 'Export'],
    ['export-failed', 'Export again'],
    ['recording', undefined],
    ['finalising', undefined],
    ['exporting', undefined],
    ['exported', undefined],
  ] as const)('of a session that is %s the button is %s', (condition, button) =>
    expect(exportButton(session({ condition, isExported: condition === 'exported' }))).toBe(button),
  );

  it('is offered again when the upload did not find the bundle', () => {
    expect(exportButton(upload('failed', { kind: 'file' }))).toBe('Export again');
  });
});

describe('Delete', () => {
  it.each(['recording', 'finalising', 'exporting'] as const)('waits while the session is %s', (condition) =>
    expect(whyNotDelete(session({ condition }))).toBeDefined(),
  );
  it.each(['pending', 'uploading'] as const)('waits while its upload is %s', (uploadStatus) =>
    expect(whyNotDelete(session({ uploadStatus }))).toMatch(/Cancel/),
  );
  it.each(['not_uploaded', 'done', 'failed'] as const)('may be asked of one that is %s', (uploadStatus) =>
    expect(whyNotDelete(session({ uploadStatus }))).toBeUndefined(),
  );
});

it('tells how far an export is, once that is known', () => {
  expect(describeCondition(session({ condition: 'exporting' }))).toBe('Making the bundle…');
  expect(describeCondition(session({ condition: 'exporting', exportProgress: 63.9 }))).toMatch(/ 63%$/);
  expect(describeCondition(session())).toBeUndefined();
});

it('says of a recording that was cut off, also when its bundle is there, that it was', () => {
  const told = (condition: SessionCondition) =>
    describeCondition(session({ condition, wasInterrupted: true }));
  expect(told('repairing')).toMatch(/^Repairing…/);
  for (const condition of ['interrupted', 'export-failed', 'exported'] as const)
    expect(told(condition)).toMatch(/^Interrupted: /);
  expect(whyNotUpload(session({ condition: 'repairing', isExported: false }))).toMatch(/being made/);
  expect(whyNotDelete(session({ condition: 'repairing' }))).toBeDefined();
});

it('tells an interruption once, and not as an error: what was recorded is safe', () => {
  const problem = { code: 'Interrupted', message: 'It was cut off.', action: 'Export it.' };
  const item = session({ condition: 'interrupted', isExported: false, problem, absentFiles: [] });
  expect(describeCondition(item)).toContain('export it to use it');
  expect(errorsOf(item)).toEqual([]);
});

it.each([
  ['before anybody looked for its files', undefined],
  ['that lacks one', ['video/0001.mp4']],
])('calls no recording safe %s', (_when, absentFiles) => {
  const problem = { code: 'ENOSPC', message: 'No space.', action: 'Free some.' };
  for (const condition of ['interrupted', 'export-failed'] as const)
    for (const wasInterrupted of [true, false]) {
      const item = session({ condition, isExported: false, problem, wasInterrupted, absentFiles });
      expect(describeCondition(item)).toBeDefined();
      expect(describeCondition(item)).not.toContain('safe');
    }
});

describe('the errors of a row', () => {
  const bundleGone = {
    code: 'BundleMissing',
    message: 'The bundle of this session is missing.',
    action: 'Export.',
  };
  const noBundle = { condition: 'export-failed', problem: bundleGone } as const;
  const codes = (item: SessionListItem, refusal?: typeof bundleGone) =>
    errorsOf(item, refusal).map(({ error, tone }) => [error.code, tone]);

  it('say of a bundle that is only in the bucket just that, and no more of a failed export', () => {
    const item = session({ ...noBundle, uploadStatus: 'done' });
    expect(codes(item)).toEqual([['BundleOnlyInBucket', 'info']]);
    expect(describeCondition(item)).toBeUndefined();
    const lost = {
      location: '',
      sizeBytes: 1,
      verifiedAt: 1,
      check: { found: 'gone', checkedAt: 2 },
    } as const;
    expect(codes({ ...item, uploaded: lost })).toEqual([['BundleMissing', 'error']]);
  });

  it('say of a bundle that is gone and was made after the upload that the bucket’s is older', () => {
    const item = session({ ...noBundle, uploadStatus: 'done', changedSinceUpload: true, absentFiles: [] });
    const [told] = errorsOf(item);
    expect(told).toMatchObject({ tone: 'warning', error: { code: 'BundleOnlyInBucket' } });
    expect(told!.error.message).toMatch(/^The bucket holds an older bundle/);
    const lacking = describeMissing({ ...item, absentFiles: ['video/0001.mp4'] }, false);
    expect(lacking).toEqual(['This session’s folder lacks 1 video segment by now.']);
  });

  it('tell once that the bundle went while it was being uploaded', () => {
    const failed = upload('failed', { kind: 'file' });
    const error = { ...bundleGone, message: 'The bundle file is missing or cannot be read.' };
    const item = { ...failed, ...noBundle, upload: { ...failed.upload!, errorDetail: error } };
    expect(errorsOf(item)).toEqual([{ error, tone: 'error' }]);
    expect(describeCondition(item)).toBeUndefined();
    expect(whyNotUpload(item)).toMatch(/Export it again first/);
  });

  it('tell a refusal that the row shows already once, and announce it', () => {
    const item = session(noBundle);
    expect(errorsOf(item, bundleGone)).toEqual([{ error: bundleGone, tone: 'error', announced: true }]);
    expect(codes(item, { ...bundleGone, code: 'Other' })).toHaveLength(2);
  });

  it('leave the plain words to an export that was tried in vain', () => {
    const problem = { ...bundleGone, code: 'ENOSPC' };
    for (const item of [session({ condition: 'export-failed' }), session({ ...noBundle, problem })])
      expect(describeCondition(item)).toMatch(/could not be made/);
    const unreadable = { ...noBundle, problem: { ...bundleGone, code: 'RecordingUnreadable' } };
    expect(describeCondition(session({ ...unreadable, wasInterrupted: true }))).toBeUndefined();
    const missing = { ...noBundle, wasInterrupted: true, absentFiles: [] };
    expect(describeCondition(session(missing))).toMatch(/^Interrupted: .* is safe\.$/);
  });
});

import { describe, expect, it } from 'vitest';
import {
  describeCondition,
  exportButton,
  uploadButton,
  whyNotDelete,
  whyNotUpload,
} from '../../src/components/sessionRules';
import type { SessionCondition, SessionListItem } from '../../src/shared/session';

function session(changes: Partial<SessionListItem> = {}): SessionListItem {
  return {
    sessionId: '20261121-100000-0000',
    createdAt: 0,
    actionCount: 1,
    screenshotCount: 1,
    isExported: true,
    uploadStatus: 'not_uploaded',
    condition: 'exported',
    ...changes,
  };
}

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
    const upload = {
      sessionId: '20261121-100000-0000',
      status: 'failed' as const,
      bytesUploaded: 0,
      totalBytes: 1,
      progress: 0,
      retryCount: 0,
      maxRetries: 10,
      reason: { kind: 'file' as const },
    };
    expect(exportButton(session({ uploadStatus: 'failed', upload }))).toBe('Export again');
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

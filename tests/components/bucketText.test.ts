import { describe, expect, it } from 'vitest';
import { askDeletion, askReplacement, describeCheck } from '../../src/components/bucketText';
import type { SessionListItem } from '../../src/shared/session';
import type { BucketCheck } from '../../src/shared/upload';
import { exportedSession } from './exportedSession';

const place = { locale: 'en-US', timeZone: 'UTC' };
const location = 's3://team/sessions/a.zip';
const verifiedAt = Date.UTC(2026, 10, 20, 9, 5);
const error = { code: 'NoAnswer', message: 'The bucket did not answer.', action: 'Ask again.' };

function session(changes: Partial<SessionListItem> = {}): SessionListItem {
  const uploaded = { location, sizeBytes: 126_400_000, verifiedAt };
  return exportedSession({ fileSizeBytes: 80_000_000, uploadStatus: 'done', location, uploaded, ...changes });
}

const found = (which: BucketCheck['found']): BucketCheck => ({ found: which, checkedAt: verifiedAt, error });

describe('the question before a deletion', () => {
  const asked = (item: SessionListItem, answer: BucketCheck | 'asking') => askDeletion(item, answer, place);

  it.each([
    ['gone', 'the bundle was not there'],
    ['other', 'a different object was there'],
  ] as const)('keeps what the bucket last said (%s) where it gives no answer now', (which, then) => {
    const checkedAt = Date.UTC(2026, 10, 21, 19, 44);
    const uploaded = { location, sizeBytes: 1, verifiedAt, check: { found: which, checkedAt } };
    const { title, text } = asked(session({ uploaded }), found('unknown'));
    expect(title).toBe('Delete the only copy?');
    expect(text).toMatch(
      new RegExp(`^The bucket did not answer. When it was last checked, on .*7:44.PM.*, ${then}`),
    );
  });

  it('does not call a recording not uploaded where that is not known', () => {
    const uploadUnknown = { code: 'EACCES', message: 'The record cannot be read.', action: 'Check it.' };
    const unknown = { uploadStatus: 'not_uploaded', location: undefined, uploaded: undefined } as const;
    const { text, needsConsent } = asked(session({ ...unknown, uploadUnknown }), 'asking');
    expect(text).toContain('It is not known whether this recording was uploaded. The record cannot be read.');
    expect(needsConsent).toBe(true);
  });

  it.each([
    [
      { uploadClaim: 'here' },
      /^It is not known whether this recording was uploaded\. The record of its upload came/,
    ],
    [
      {
        condition: 'to-adopt',
        problem: { code: 'CopiedSession', message: 'It is a copy of session X.', action: '' },
      },
      /^It is a copy of session X\. Only this folder is deleted/,
    ],
  ] as const)('says of a copied folder no more than is known: %j', (changes, words) => {
    const none = { uploadStatus: 'not_uploaded', location: undefined, uploaded: undefined } as const;
    const { text, needsConsent } = asked(session({ ...none, ...changes }), 'asking');
    expect(text).toMatch(words);
    expect(text).not.toContain('exists nowhere else');
    expect(needsConsent).toBe(true);
  });

  it('says of a link that only the link goes, and of anything else that is no folder that it is gone', () => {
    const none = { condition: 'not-a-folder', isExported: false, uploadStatus: 'not_uploaded' } as const;
    const row = (code: string, message: string) =>
      session({ ...none, location: undefined, uploaded: undefined, problem: { code, message, action: '' } });
    const link = asked(row('SessionIsLink', 'This folder is a link.'), 'asking');
    expect(link).toMatchObject({ title: 'Delete this link?', needsConsent: false });
    expect(link.text).toMatch(/^Only the link is deleted\. .* stays as it is, with all its files\.$/);
    const file = asked(row('SessionIsNoFolder', 'It is a file.'), 'asking');
    expect(file).toMatchObject({ text: 'It is a file. It will be permanently deleted.', needsConsent: true });
  });

  it('lets go easily only what the bucket was just found to hold, as it is here', () => {
    const easy = asked(session(), found('same'));
    expect(easy.needsConsent).toBe(false);
    expect(easy.text).toContain(`still holds the uploaded bundle, at ${location}`);
    for (const which of ['gone', 'other', 'unknown'] as const)
      expect(asked(session(), found(which)).needsConsent).toBe(true);
    expect(asked(session(), 'asking').needsConsent).toBe(true);
  });

  it('names what goes with the recording and is in no bundle, and needs a deliberate yes for it', () => {
    const others = (...names: string[]) => ({ otherFiles: { names, count: names.length } });
    const thesis = others('my thesis notes.txt');
    const { text, needsConsent } = asked(session(thesis), found('same'));
    expect(text).toContain(
      'This folder also holds 1 file that is not in the bundle: my thesis notes.txt. It will be deleted, too.',
    );
    expect(needsConsent).toBe(true);
    for (const answer of ['asking', found('gone'), found('other'), found('unknown')] as const)
      expect(asked(session(thesis), answer)).toMatchObject({
        text: expect.stringContaining('my thesis notes.txt') as string,
        needsConsent: true,
      });
    const not = { uploadStatus: 'not_uploaded', location: undefined, uploaded: undefined } as const;
    expect(asked(session({ ...not, ...thesis }), 'asking').text).toContain('my thesis notes.txt');
    expect(asked(session(others('a.jpg', 'old/')), found('same')).text).toContain(
      'This folder also holds 2 items that are not in the bundle: a.jpg, old/. They will be deleted, too.',
    );
    const many = { otherFiles: { names: ['a\u202Egpj.exe', 'b'], count: 1002 } };
    expect(asked(session(many), found('same')).text).toContain(
      'also holds 1,002 files that are not in the bundle: a�gpj.exe, b, and 1,000 more.',
    );
  });

  it.each([
    ['changed since', { changedSinceUpload: true }],
    ['whose newer upload was cancelled', { uploadStatus: 'not_uploaded', location: undefined }],
    ['whose newer upload failed', { uploadStatus: 'failed', location: undefined }],
  ] as const)('says of a bundle %s that only an older version is elsewhere', (_what, changes) => {
    const { title, text, needsConsent } = asked(session(changes), found('same'));
    expect(title).toBe('Delete the only copy of this version?');
    expect(text).toContain('only holds an older version, uploaded on Friday, November 20, 2026 at 9:05 AM');
    expect(needsConsent).toBe(true);
  });

  it('says of a bundle that is gone, and was made after the upload, what is left of it', () => {
    const problem = { code: 'BundleMissing', message: 'Missing.', action: 'Export again.' };
    const { title, text, needsConsent } = asked(
      session({ problem, changedSinceUpload: true }),
      found('same'),
    );
    expect(title).toBe('Delete the only copy of this version?');
    expect(text).toContain('The newer bundle is gone, and the rest of the recording');
    expect(needsConsent).toBe(true);
  });

  it('lets no damaged bundle vouch for a recording, nor the recording go easily', () => {
    const problem = { code: 'BundleDamaged', message: 'It was damaged.', action: 'Export again.' };
    const uploadedSo = asked(session({ problem }), found('same'));
    expect(uploadedSo).toMatchObject({ title: 'Delete the only copy?', needsConsent: true });
    expect(uploadedSo.text).toContain('The recording itself exists nowhere else');
    const since = asked(session({ problem, changedSinceUpload: true }), found('same'));
    expect(since.needsConsent).toBe(true);
    expect(since.text).toContain('still holds the bundle that was uploaded on Friday');
  });

  it('says what the uploaded bundle lacks, which may be here again', () => {
    const { text, needsConsent } = asked(session({ missingFiles: ['video/0002.mp4'] }), found('same'));
    expect(text).toContain('It was made without 1 video segment.');
    expect(needsConsent).toBe(true);
  });

  it('names the only copy where nothing, or something else, stands there', () => {
    expect(asked(session(), found('gone'))).toMatchObject({ title: 'Delete the only copy?' });
    expect(asked(session(), found('gone')).text).toContain(`there is no object at ${location}`);
    expect(asked(session(), found('other')).text).toContain(`The object at ${location} is not the bundle`);
    const never = asked(session({ uploaded: undefined, location: undefined }), 'asking');
    expect(never.text).toContain('it was not uploaded');
  });

  it('does not guess what a bucket that could not be asked holds', () => {
    const { title, text } = asked(session(), found('unknown'));
    expect(title).toBe('Delete without checking the bucket?');
    expect(text).toContain(error.message);
    expect(text).toContain('It may not be there any more.');
  });
});

describe('the question before a replacement', () => {
  const asked = (answer: BucketCheck | 'asking', item = session()) => askReplacement(item, answer, place);

  it('names both bundles and what the new one lacks', () => {
    const lacking = session({ missingFiles: ['video/0002.mp4', 'screenshots/000001.jpg'] });
    const { text, lacks, yes } = asked(found('same'), lacking);
    expect(text).toContain('uploaded on Friday, November 20, 2026 at 9:05 AM (126.4 MB)');
    expect(text).toContain('Replace it with the one on this computer (80 MB)?');
    expect(lacks).toContain('made without 1 video segment and 1 screenshot');
    expect(yes).toBe('Replace');
  });

  it('tells what the bucket says, or that it was not asked', () => {
    expect(asked('asking').text).toContain('should hold');
    expect(asked(found('unknown')).text).toContain(error.message);
    expect(asked({ ...found('other'), sizeBytes: 9 }).text).toContain('The object of 9 B at');
    expect(asked(found('gone'))).toMatchObject({ yes: 'Upload' });
  });
});

it('tells when the bucket was asked and what it said', () => {
  expect(describeCheck(found('same'), place)).toEqual({
    text: 'Checked on Friday, November 20, 2026 at 9:05 AM: still there, size and checksum match',
    isGood: true,
  });
  expect(describeCheck(found('gone'), place)).toMatchObject({ isGood: false });
  expect(describeCheck(found('other'), place).text).toContain('a different object');
  expect(describeCheck(found('unknown'), place).text).toBe(
    'Could not be checked on Friday, November 20, 2026 at 9:05 AM: The bucket did not answer. Ask again.',
  );
});

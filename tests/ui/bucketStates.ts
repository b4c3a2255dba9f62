import type { Page } from '@playwright/test';
import { describeUpload } from '../../src/shared/text/uploadErrors';
import type { FoundInBucket } from '../../src/shared/upload';
import type { SessionListItem } from '../../src/shared/session';
import { FakeMain, ok, refused } from './fakeBridge';
import { calmApp, NOW_MS, sessionAt, uploadAt } from './samples';
import type { UiState } from './states';

const location = 's3://team-recordings/sessions/20261121-100000-0000/20261121-100000-0000.zip';
const verifiedAt = NOW_MS - 26 * 3_600_000;
export const noAnswer = {
  code: 'NoAnswer',
  message: 'The bucket did not answer within 10 seconds.',
  action: 'Check the network, then ask again.',
};
export const wouldReplace = {
  code: 'WouldReplace',
  message: 'The bucket holds an earlier bundle of this session; it was not replaced.',
  action: 'Press Upload on its row and say that it may be replaced.',
};
const objectGone = {
  code: 'ObjectGone',
  message: 'No link was copied: the bundle is no longer in the bucket.',
  action: 'Upload it again, then copy the link.',
};
const uploadUnknown = {
  code: 'StateUnreadable',
  message: 'The app is not allowed to read what it stored about an upload.',
  action: 'Check the permissions of the app’s data folder, then press Upload again.',
  details: 'upload-seal.json: Error: EACCES: permission denied',
};
const bundleGone = {
  code: 'BundleMissing',
  message: 'The bundle of this session is missing.',
  action: 'Export it again.',
};
const bundleUnread = describeUpload({ code: 'BundleMissing', facts: { kind: 'file-missing' } }, 'bundle');
const filesMissing = {
  code: 'FilesMissing',
  message: 'No bundle was made: this session’s folder lacks 1 video segment and 2 screenshots.',
  action:
    'Put the files back and export again, or export without them. The bundle made before is kept as it is.',
  details: 'screenshots/000001.jpg\nscreenshots/000004.jpg\nvideo/0002.mp4',
};
const missingFiles = ['screenshots/000001.jpg', 'screenshots/000004.jpg', 'video/0002.mp4'];

/** The `n`th session, uploaded a day ago; `found` is what the bucket said of it a minute ago. */
export function uploadedAt(
  n: number,
  changes: Partial<SessionListItem> = {},
  found?: FoundInBucket,
): SessionListItem {
  const check = found && { found, checkedAt: NOW_MS - 60_000 };
  const uploaded = { location, sizeBytes: 126_400_000, verifiedAt, check };
  return uploadAt(n, { status: 'done', progress: 100 }, { location, uploaded, ...changes });
}

const answer = (found: FoundInBucket) => ({
  checkUpload: ok({ found, checkedAt: NOW_MS, sizeBytes: found === 'gone' ? undefined : 126_400_000 }),
});
const press = (name: string) => async (page: Page) => {
  await page.getByRole('button', { name, exact: true }).click();
};
const changed = uploadedAt(0, { changedSinceUpload: true, fileSizeBytes: 80_000_000, missingFiles });
const noBundle = { condition: 'export-failed', problem: bundleGone, fileSizeBytes: undefined } as const;
const refusedExport = { condition: 'export-failed', problem: filesMissing } as const;

export const bucketStates: Readonly<Record<string, UiState>> = {
  'sessions-upload-unknown': {
    sessions: true,
    replies: calmApp([0, 1].map((n) => sessionAt(n, { uploadStatus: 'not_uploaded', uploadUnknown }))),
  },
  'sessions-upload-claimed': {
    sessions: true,
    replies: calmApp([
      sessionAt(0, { uploadStatus: 'not_uploaded', uploadClaim: 'here' }),
      sessionAt(1, { uploadStatus: 'not_uploaded', uploadClaim: 'elsewhere' }),
    ]),
  },
  'sessions-checked': {
    sessions: true,
    replies: calmApp([uploadedAt(0, {}, 'same'), uploadedAt(1, {}, 'gone'), uploadedAt(2, {}, 'other')]),
  },
  'sessions-link-gone': {
    sessions: true,
    replies: calmApp([uploadedAt(0)], { makeDownloadLink: refused(objectGone) }),
    async act(page) {
      await press('Copy link…')(page);
      await new FakeMain(page).answer({ listSessions: ok([uploadedAt(0, {}, 'gone')]) });
      await page.getByRole('menuitem', { name: '7 days' }).click();
      await page.getByText('Gone from the bucket').waitFor();
    },
  },
  'sessions-checking': {
    sessions: true,
    replies: calmApp([uploadedAt(0)]),
    act: press('Check that the bundle is in the bucket'),
  },
  'sessions-not-checked': {
    sessions: true,
    replies: calmApp([uploadedAt(0)], {
      checkUpload: ok({ found: 'unknown', checkedAt: NOW_MS, error: noAnswer }),
    }),
    act: press('Check that the bundle is in the bucket'),
  },
  'sessions-bundle-gone': {
    sessions: true,
    replies: calmApp([
      uploadedAt(0, { condition: 'export-failed', problem: bundleGone, fileSizeBytes: undefined }),
      uploadAt(
        1,
        { status: 'failed', reason: { kind: 'file' }, errorDetail: bundleUnread },
        { condition: 'export-failed', problem: bundleGone },
      ),
      sessionAt(2, { condition: 'export-failed', problem: bundleGone }),
    ]),
  },
  'sessions-bundle-gone-looked': {
    sessions: true,
    replies: calmApp([
      uploadedAt(0, { ...noBundle, absentFiles: [] }),
      uploadedAt(1, { ...noBundle, absentFiles: missingFiles }),
      uploadedAt(2, { ...noBundle, absentFiles: [] }, 'gone'),
      uploadedAt(3, { ...noBundle, absentFiles: missingFiles }, 'other'),
      uploadedAt(4, { ...noBundle, absentFiles: [], changedSinceUpload: true }),
      uploadedAt(5, { ...noBundle, absentFiles: missingFiles, changedSinceUpload: true }),
    ]),
  },
  'sessions-files-gone-and-back': {
    sessions: true,
    replies: calmApp([
      sessionAt(0, { absentFiles: missingFiles }),
      sessionAt(1, { missingFiles, absentFiles: [] }),
      sessionAt(2, { missingFiles, absentFiles: ['video/0002.mp4'] }),
    ]),
  },
  'sessions-files-missing': {
    sessions: true,
    replies: calmApp([sessionAt(0, refusedExport), sessionAt(1, { missingFiles })], {
      exportSession: refused(filesMissing),
    }),
    act: press('Export again'),
  },
  'sessions-export-without': {
    sessions: true,
    replies: calmApp([sessionAt(0, refusedExport)]),
    act: press('Export without them…'),
  },
  'sessions-replace-asking': {
    sessions: true,
    replies: calmApp([changed], { uploadSession: refused(wouldReplace) }),
    act: press('Upload'),
  },
  'sessions-replace': {
    sessions: true,
    replies: calmApp([changed], { uploadSession: refused(wouldReplace), ...answer('same') }),
    act: press('Upload'),
  },
  'sessions-delete-asking': { sessions: true, replies: calmApp([uploadedAt(0)]), act: press('Delete') },
  'sessions-delete-same': {
    sessions: true,
    replies: calmApp([uploadedAt(0)], answer('same')),
    act: press('Delete'),
  },
  'sessions-delete-older': {
    sessions: true,
    replies: calmApp([changed], answer('same')),
    act: press('Delete'),
  },
  'sessions-delete-gone': {
    sessions: true,
    replies: calmApp([uploadedAt(0)], answer('gone')),
    act: press('Delete'),
  },
  'sessions-delete-not-asked': {
    sessions: true,
    replies: calmApp([uploadedAt(0)], {
      checkUpload: ok({ found: 'unknown', checkedAt: NOW_MS, error: noAnswer }),
    }),
    act: press('Delete'),
  },
};

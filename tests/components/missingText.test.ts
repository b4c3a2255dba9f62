import { expect, it } from 'vitest';
import { describeMissing } from '../../src/components/missingText';
import { errorsOf, exportButton, whyNotUpload } from '../../src/components/sessionRules';
import { exportedSession } from './exportedSession';

const SHOT = 'screenshots/000001.jpg';
const VIDEO = 'video/0002.mp4';
const told = (...of: Parameters<typeof exportedSession>) => describeMissing(exportedSession(...of), true);
const location = 's3://b/k';
const uploaded = { location, sizeBytes: 9, verifiedAt: 1 };
const bundleGone = { code: 'BundleMissing', message: 'The bundle of this session is missing.', action: '' };
const gone = { condition: 'export-failed', problem: bundleGone, fileSizeBytes: undefined } as const;

it('nothing is said of files while all are there, or nobody looked', () => {
  expect(told()).toEqual([]);
  expect(told({ absentFiles: [] })).toEqual([]);
});

it('what is gone from the folder is told, and that the bundle has it, where it does', () => {
  const lost = exportedSession({ absentFiles: [SHOT] });
  expect(describeMissing(lost, true)[0]).toMatch(/lacks 1 screenshot by now; the bundle still holds/);
  expect(describeMissing(lost, false)).toEqual(['This session’s folder lacks 1 screenshot by now.']);
});

it('what a bundle was made without is told, and that it came back, with a way to have it', () => {
  const without = { missingFiles: [SHOT, VIDEO] };
  expect(told({ ...without, absentFiles: [SHOT, VIDEO] })[0]).toMatch(/: the files were gone\.$/);
  expect(told(without)[0]).toMatch(/: the files were gone\.$/);
  expect(told({ ...without, absentFiles: [SHOT] })[0]).toMatch(/\. 1 video segment came back: export again/);
  expect(told({ ...without, absentFiles: [] })[0]).toMatch(/\. They are back: export again/);
  expect(exportButton(exportedSession({ ...without, absentFiles: [SHOT, VIDEO] }))).toBeUndefined();
  expect(exportButton(exportedSession({ ...without, absentFiles: [] }))).toBe('Export again');
});

it('that the recording is here is said where it was looked for and found, and nowhere else', () => {
  const said = (changes: object) =>
    errorsOf(exportedSession({ ...gone, uploadStatus: 'done', uploaded, ...changes })).map(
      ({ error, tone }) => `${tone}: ${error.message}`,
    );
  expect(said({})).toEqual(['info: The bundle is in the bucket, but no longer on this computer.']);
  expect(said({ absentFiles: [] })[0]).toMatch(/^info: .* The recording itself is here\.$/);
  expect(said({ absentFiles: [SHOT], missingFiles: [SHOT] })[0]).toMatch(
    /^info: .* All else of the recording/,
  );
  expect(said({ absentFiles: [SHOT] })[0]).toMatch(
    /^warning: .*lacks 1 screenshot, so nothing but the bucket/,
  );
});

it('without a bundle it is exported first, whatever an export was refused for, and that is said once', () => {
  const lost = { ...uploaded, check: { found: 'gone', checkedAt: 2 } } as const;
  const refusal = { ...bundleGone, message: 'The bundle file is missing or cannot be read.' };
  for (const code of ['BundleMissing', 'FilesMissing']) {
    const problem = { code, message: 'm', action: '' };
    const item = exportedSession({ ...gone, problem, uploadStatus: 'done', uploaded: lost });
    expect(whyNotUpload(item)).toMatch(/Export it again first/);
    expect(exportButton(item)).toBe('Export again');
    expect(errorsOf(item, { ...refusal, code })).toMatchObject([{ error: problem, announced: true }]);
  }
});

it('a refusal for what was missing goes when it is back', () => {
  const refusal = { code: 'BundleMissing', message: 'm', action: '' };
  expect(errorsOf(exportedSession({ condition: 'export-failed' }), refusal)).toHaveLength(1);
  for (const code of ['BundleMissing', 'FilesMissing', 'BundleDamaged'])
    expect(errorsOf(exportedSession(), { code, message: 'm', action: '' })).toEqual([]);
  expect(errorsOf(exportedSession(), { code: 'Other', message: 'm', action: '' })).toHaveLength(1);
});

import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { AppFailure } from '../../../../src/shared/appError';
import { ID, recorded } from '../recordedSession';

it('an export that cannot read a file of the recording does not call that safe', async () => {
  const { exporter, sessions, paths } = await recorded();
  await mkdir(path.join(paths.videoDir, '0002.mp4'));
  const { error } = await exporter.exportSession(ID).then(
    () => expect.unreachable('the export should have failed'),
    (failure: AppFailure) => failure,
  );
  expect(error.code).toBe('RecordingUnreadable');
  expect(error.message + error.action).not.toContain('safe');
  expect(await sessions.list()).toMatchObject([{ condition: 'export-failed', problem: error }]);
});

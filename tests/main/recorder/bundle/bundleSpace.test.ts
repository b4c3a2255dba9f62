import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { checkSpaceForBundle } from '../../../../src/main/recorder/bundle/bundleSpace';
import { recorderHouse } from '../recorderHouse';

const TIB = 2 ** 40;

it('an export says beforehand how much its bundle needs, and how much is free', async () => {
  const { sessions } = await recorderHouse();
  const paths = sessions.paths('20260131-142530-9f3a');
  await mkdir(paths.videoDir, { recursive: true });
  // Larger than any disk that tests run on, and without a byte of it being written.
  const video = await open(path.join(paths.videoDir, '0001.mp4'), 'w');
  await video.truncate(7 * TIB);
  await video.close();
  await expect(checkSpaceForBundle(paths)).rejects.toMatchObject({
    error: {
      code: 'ENOSPC',
      message: expect.stringMatching(/^The bundle needs \d+ MB on the disk, and \d+ MB are free\.$/),
      action: expect.stringMatching(/^Free \d+ MB/),
    },
  });
});

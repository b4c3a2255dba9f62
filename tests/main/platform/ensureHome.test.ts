import { expect, it } from 'vitest';
import { ensureHome } from '../../../src/main/platform/ensureHome';

it('gives a home folder to a user who has none, and leaves others theirs', () => {
  const without: NodeJS.ProcessEnv = {};
  ensureHome(without, () => {
    throw new Error('uv_os_homedir returned ENOENT');
  });
  expect(without.HOME).toBe('/');
  const other: NodeJS.ProcessEnv = {};
  ensureHome(other, () => '/home/a');
  expect(other).toEqual({});
});

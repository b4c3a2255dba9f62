import { describe, expect, it } from 'vitest';
import { ifSupported, ifSupportedSync, watchFileSystemLimits } from '../../../src/lib/fileSystemLimits';
import { syncFolder } from '../../../src/lib/syncFolder';
import type { AppError } from '../../../src/shared/appError';

const failing = (code: string) => Object.assign(new Error(`${code}: no, fsync`), { code });

describe('a call that a file system lacks', () => {
  it.each(['EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'])(
    'is done without when it answers %s, and that is told once',
    async (code) => {
      const told: AppError[] = [];
      watchFileSystemLimits((weakness) => told.push(weakness));
      for (let round = 0; round < 3; round += 1) {
        expect(await ifSupported('sync', () => Promise.reject(failing(code)))).toBe(false);
        expect(
          ifSupportedSync('sync', () => {
            throw failing(code);
          }),
        ).toBe(false);
      }
      expect(told).toMatchObject([{ code: 'CannotSync', details: expect.stringContaining(code) as unknown }]);
    },
  );

  it.each(['EIO', 'ENOSPC', 'ENOENT'])('is not confused with %s', async (code) => {
    await expect(ifSupported('sync', () => Promise.reject(failing(code)))).rejects.toMatchObject({ code });
  });

  it.runIf(process.platform === 'linux')('may be the sync of a folder', async () => {
    // The kernel answers EINVAL there, as vboxsf and some FUSE file systems do everywhere.
    await syncFolder('/proc');
    await expect(syncFolder('/nowhere')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

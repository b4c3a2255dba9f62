import { describe, expect, it } from 'vitest';
import { recorderHouse } from './recorderHouse';

const portal = {
  id: 'portal',
  name: 'Chosen when the recording starts',
  kind: 'screen',
  thumbnail: '',
} as const;
const denied = { name: 'NotAllowedError', message: 'Permission denied' };

describe('a recording that the system has to allow', () => {
  it('does not start while the screen may not be recorded, and says why', async () => {
    const house = await recorderHouse();
    house.platform.sources = [];
    const why = 'macOS does not let the app record the screen yet.';
    house.platform.capabilities = [{ name: 'video', available: false, why }];
    await expect(house.start()).rejects.toMatchObject({ error: { code: 'CaptureNotAllowed', message: why } });
    expect(house.platform.calls).not.toContain('openCapture screen:0');
  });

  it('says that nothing was chosen when the portal’s dialog is closed', async () => {
    const house = await recorderHouse();
    house.platform.sources = [portal];
    house.platform.startFailure = denied;
    await expect(house.start({ sourceId: 'portal' })).rejects.toMatchObject({
      error: { code: 'NothingChosen', details: 'NotAllowedError: Permission denied' },
    });
    expect(await house.sessions.ids()).toEqual([]);
  });
});

import { describe, expect, it, vi } from 'vitest';
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

  it('waits for a person to choose in the portal’s dialog', async () => {
    const house = await recorderHouse();
    house.platform.sources = [portal];
    house.platform.answersStart = false;
    const started = house.start({ sourceId: 'portal' });
    await vi.waitFor(() => expect(house.platform.token).not.toBe(''));
    house.clock.advance(120_000);
    house.platform.answersStart = true;
    house.platform.answerStart();
    await started;
    expect(house.recorder.state().phase).toBe('recording');
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

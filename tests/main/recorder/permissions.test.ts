import { describe, expect, it } from 'vitest';
import { eventually } from '../../eventually';
import { recorderHouse } from './recorderHouse';

const portal = {
  id: 'portal',
  name: 'Chosen when the recording starts',
  kind: 'screen',
  thumbnail: '',
} as const;

describe('a recording that the system has to allow', () => {
  it('does not start while the screen may not be recorded, and says why', async () => {
    const house = await recorderHouse();
    house.platform.sources = [];
    const why = 'macOS does not let the app record the screen yet.';
    house.platform.capabilities = [{ name: 'video', available: false, why }];
    await expect(house.start()).rejects.toMatchObject({ error: { code: 'CaptureNotAllowed', message: why } });
    expect(house.platform.calls).not.toContain('openCapture screen:0');
  });

  // However Chromium names it: its desktop capture and Electron's answer differ.
  it.each(['AbortError', 'NotAllowedError', 'NotReadableError', 'TrackEnded'])(
    'says that nothing was chosen when the portal’s dialog is closed, and does not ask again (%s)',
    async (name) => {
      const house = await recorderHouse();
      house.platform.sources = [portal];
      house.platform.startFailure = { name, message: 'gone' };
      await expect(house.start({ sourceId: 'portal' })).rejects.toMatchObject({
        error: { code: 'NothingChosen', details: `${name}: gone` },
      });
      expect(house.platform.calls.filter((call) => call.startsWith('openCapture'))).toHaveLength(1);
      expect(await house.sessions.ids()).toEqual([]);
    },
  );

  it.each([
    ['not-there', 'SourceNotGiven', /not there any more/],
    ['refused', 'CaptureNotAllowed', /does not let the app record/],
  ] as const)('says why its page was given no source: %s', async (grant, code, message) => {
    const house = await recorderHouse();
    house.platform.grant = grant;
    house.platform.startFailure = { name: 'AbortError', message: 'Invalid state' };
    await expect(house.start()).rejects.toMatchObject({
      error: { code, message: expect.stringMatching(message) as unknown },
    });
  });

  it('asks for no thumbnails when it starts, and when it starts again', async () => {
    const house = await recorderHouse();
    await house.start();
    house.pass(1000);
    const { token } = house.platform;
    house.platform.captureGone();
    await eventually(() => expect(house.platform.token).not.toBe(token));
    expect(house.platform.sourceLooks).toEqual([false, false]);
    await house.recorder.stop();
    await house.recorder.options({ thumbnails: true });
    expect(house.platform.sourceLooks.at(-1)).toBe(true);
  });
});

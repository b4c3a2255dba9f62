import type { DesktopCapturerSource, Session } from 'electron';
import { describe, expect, it } from 'vitest';
import { captureCapabilities } from '../../../src/main/platform/captureCapabilities';
import {
  grantDisplayMedia,
  listCaptureSources,
  type CaptureParts,
} from '../../../src/main/platform/captureSources';
import { FakePermissions } from '../../fakes/FakePermissions';

const source = (id: string) =>
  ({ id, name: id, display_id: '', thumbnail: { isEmpty: () => true } }) as DesktopCapturerSource;

/** A system with a window and a screen; each look at them is noted, for it may put up a dialog. */
function systemWith(changes: Partial<Pick<CaptureParts, 'wayland' | 'permissions'>> = {}) {
  const looks: string[] = [];
  const parts: CaptureParts = {
    desktopCapturer: {
      getSources: async ({ types }) => {
        looks.push(types.join());
        return [source('window:1'), source('screen:1')].filter(({ id }) =>
          types.some((type) => id.startsWith(type)),
        );
      },
    },
    permissions: new FakePermissions(),
    wayland: false,
    ...changes,
  };
  return { parts, looks };
}

/** What the page is given when `chosen` was chosen. */
function granted(parts: CaptureParts, chosen: string | undefined): Promise<unknown> {
  type Handler = NonNullable<Parameters<Session['setDisplayMediaRequestHandler']>[0]>;
  let handler: Handler | undefined;
  const session = { setDisplayMediaRequestHandler: (given: unknown) => void (handler = given as Handler) };
  grantDisplayMedia(session, parts, () => chosen);
  return new Promise((resolve) => handler!({} as never, resolve));
}

const capabilitiesOf = async (parts: CaptureParts) => {
  const all = await captureCapabilities({
    ...parts,
    microphone: async () => null,
    activeWindow: async () => ({ name: 'active-window', available: true }),
  });
  return Object.fromEntries(all.map(({ name, available }) => [name, available]));
};

describe('what can be recorded', () => {
  it('is listed with the screens first, and granted as it was chosen', async () => {
    const { parts } = systemWith();
    expect((await listCaptureSources(parts)).map(({ id }) => id)).toEqual(['screen:1', 'window:1']);
    expect(await granted(parts, 'window:1')).toMatchObject({ video: { id: 'window:1' } });
    expect(await granted(parts, 'window:2')).toEqual({});
    expect(await granted(parts, undefined)).toEqual({});
  });

  it('is not looked at on macOS before it may be, for that would put up its question', async () => {
    const permissions = FakePermissions.mac();
    const { parts, looks } = systemWith({ permissions });
    expect(await listCaptureSources(parts)).toEqual([]);
    expect(await capabilitiesOf(parts)).toMatchObject({
      ...{ video: false, screenshots: false, pointer: false, keyboard: false },
    });
    expect(looks).toEqual([]);
    permissions.set({ screen: 'granted' });
    expect(await listCaptureSources(parts)).toHaveLength(2);
    expect(await capabilitiesOf(parts)).toMatchObject({ video: true, pointer: false, keyboard: false });
    permissions.set({ input: 'granted' });
    expect(await capabilitiesOf(parts)).toMatchObject({ pointer: true, keyboard: true });
  });

  it('is chosen through the portal on Wayland, whose dialog comes up once and only at the start', async () => {
    const { parts, looks } = systemWith({ wayland: true });
    expect(await listCaptureSources(parts)).toMatchObject([{ id: 'portal', kind: 'screen' }]);
    expect(await capabilitiesOf(parts)).toMatchObject({ video: true, pointer: false, keyboard: false });
    expect(looks).toEqual([]);
    expect(await granted(parts, 'portal')).toMatchObject({ video: { id: 'window:1' } });
    expect(looks).toEqual(['screen,window']);
  });

  it('is nothing when the portal’s dialog is closed', async () => {
    const { parts } = systemWith({ wayland: true });
    const closed = {
      ...parts,
      desktopCapturer: { getSources: () => Promise.reject(new Error('cancelled')) },
    };
    expect(await granted(closed, 'portal')).toEqual({});
  });
});

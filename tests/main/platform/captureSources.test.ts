import type { DesktopCapturerSource, Session } from 'electron';
import { describe, expect, it } from 'vitest';
import { captureCapabilities } from '../../../src/main/platform/captureCapabilities';
import {
  grantDisplayMedia,
  listCaptureSources,
  type CaptureParts,
} from '../../../src/main/platform/captureSources';
import type { CaptureGrant } from '../../../src/main/platformPort';
import { FakePermissions } from '../../fakes/FakePermissions';

const source = (id: string) =>
  ({ id, name: id, display_id: '', thumbnail: { isEmpty: () => true } }) as DesktopCapturerSource;

/** A system with a window and a screen; each look at them is noted, for it may put up a dialog. */
function systemWith(changes: Partial<Pick<CaptureParts, 'wayland' | 'permissions' | 'displays'>> = {}) {
  const looks: string[] = [];
  const thumbnails: number[] = [];
  const parts: CaptureParts = {
    desktopCapturer: {
      getSources: async ({ types, thumbnailSize }) => {
        looks.push(types.join());
        thumbnails.push(thumbnailSize!.width * thumbnailSize!.height);
        return [source('window:1'), source('screen:1')].filter(({ id }) =>
          types.some((type) => id.startsWith(type)),
        );
      },
    },
    permissions: new FakePermissions(),
    displays: () => [],
    wayland: false,
    ...changes,
  };
  return { parts, looks, thumbnails };
}

/** What the page is given when `chosen` was chosen, and what main notes of it. */
function granted(parts: CaptureParts, chosen: string | undefined): Promise<[unknown, CaptureGrant]> {
  type Handler = NonNullable<Parameters<Session['setDisplayMediaRequestHandler']>[0]>;
  let handler: Handler | undefined;
  const session = { setDisplayMediaRequestHandler: (given: unknown) => void (handler = given as Handler) };
  let noted: CaptureGrant;
  grantDisplayMedia(session, parts, {
    chosenSourceId: () => chosen,
    onAnswer: (grant) => (noted = grant),
    log: { warn: () => undefined },
  });
  return new Promise((resolve) => handler!({} as never, (answer) => resolve([answer, noted])));
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
    const { parts, looks, thumbnails } = systemWith();
    const ids = (await listCaptureSources(parts, { thumbnails: true })).map(({ id }) => id);
    expect(ids).toEqual(['screen:1', 'window:1']);
    expect(await granted(parts, 'window:1')).toMatchObject([{ video: { id: 'window:1' } }, 'granted']);
    expect(await granted(parts, 'window:2')).toEqual([{}, 'not-there']);
    expect(await granted(parts, undefined)).toEqual([{}, 'not-there']);
    expect(looks).toEqual(['screen,window', 'window', 'window']);
    expect(thumbnails.map(Boolean)).toEqual([true, false, false]);
  });

  it('is listed without thumbnails where nobody looks at them, for X11 may need seconds for those', async () => {
    const { parts, thumbnails } = systemWith();
    expect(await listCaptureSources(parts, { thumbnails: false })).toHaveLength(2);
    expect(thumbnails).toEqual([0]);
  });

  it('says of a screen that is larger than an encoder takes how large its video will be', async () => {
    const bounds = { x: 0, y: 0, width: 5120, height: 2880 };
    const displays = () => [{ id: '7', name: 'Large', bounds, scaleFactor: 2 }];
    const { parts } = systemWith({ displays });
    parts.desktopCapturer.getSources = async () => [
      { ...source('screen:1'), display_id: '7' } as DesktopCapturerSource,
    ];
    expect(await listCaptureSources(parts, { thumbnails: false })).toMatchObject([
      { display: '7', scaledTo: { width: 4096, height: 2304 } },
    ]);
  });

  it('is told in words when the system does not answer, and a page then knows that it was refused', async () => {
    const { parts } = systemWith();
    parts.desktopCapturer.getSources = () => Promise.reject(new Error('Failed to get sources.'));
    await expect(listCaptureSources(parts, { thumbnails: true })).rejects.toMatchObject({
      error: { code: 'SourcesNotListed', details: 'Error: Failed to get sources.' },
    });
    expect(await granted(parts, 'screen:1')).toEqual([{}, 'refused']);
    expect(await capabilitiesOf(parts)).toMatchObject({ video: true, 'window-capture': true });
  });

  it('is not looked at on macOS before it may be, for that would put up its question', async () => {
    const permissions = FakePermissions.mac();
    const { parts, looks } = systemWith({ permissions });
    expect(await listCaptureSources(parts, { thumbnails: true })).toEqual([]);
    expect(await capabilitiesOf(parts)).toMatchObject({
      ...{ video: false, screenshots: false, pointer: false, keyboard: false },
    });
    expect(looks).toEqual([]);
    permissions.set({ screen: 'granted' });
    expect(await listCaptureSources(parts, { thumbnails: true })).toHaveLength(2);
    expect(await capabilitiesOf(parts)).toMatchObject({ video: true, pointer: false, keyboard: false });
    permissions.set({ input: 'granted' });
    expect(await capabilitiesOf(parts)).toMatchObject({ pointer: true, keyboard: true });
  });

  it('is chosen through the portal on Wayland, whose dialog comes up once and only at the start', async () => {
    const { parts, looks } = systemWith({ wayland: true });
    expect(await listCaptureSources(parts, { thumbnails: true })).toMatchObject([
      { id: 'portal', kind: 'screen' },
      { id: 'portal-window', kind: 'window' },
    ]);
    expect(await capabilitiesOf(parts)).toMatchObject({ video: true, pointer: false, keyboard: false });
    expect(await granted(parts, 'portal')).toMatchObject([{ video: { id: 'screen:0:0' } }, 'granted']);
    expect(await granted(parts, 'portal-window')).toMatchObject([{ video: { id: 'window:0:0' } }, 'granted']);
    expect(looks).toEqual([]);
  });
});

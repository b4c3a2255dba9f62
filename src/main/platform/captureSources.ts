import { desktopCapturer, session, systemPreferences, type WebContents } from 'electron';
import type { Capability } from '../../shared/session';
import type { CaptureSource } from '../../shared/recording';
import { systemClock } from '../lib/systemClock';
import { activeWindowCapability } from './activeWindow';
import { microphoneCapability } from './microphone';

/** Without permission each kind of device is listed once, without its name: enough to know that there is one. */
const COUNT_INPUTS = `navigator.mediaDevices.enumerateDevices()
  .then((devices) => devices.filter(({ kind }) => kind === 'audioinput').length)`;

const THUMBNAIL = { width: 320, height: 200 };
const NO_THUMBNAIL = { width: 0, height: 0 };

/** Screens first, then windows. On Wayland the portal asks the user instead and offers one entry. */
export async function listCaptureSources(): Promise<CaptureSource[]> {
  const found = await desktopCapturer.getSources({ types: ['screen', 'window'], thumbnailSize: THUMBNAIL });
  const sources = found.map((source) => ({
    id: source.id,
    name: source.name,
    kind: source.id.startsWith('screen:') ? ('screen' as const) : ('window' as const),
    // Empty for windows, and where the system does not say.
    ...(source.display_id === '' ? {} : { display: source.display_id }),
    thumbnail: source.thumbnail.isEmpty() ? '' : source.thumbnail.toDataURL(),
  }));
  return sources.sort((a, b) => Number(a.kind === 'window') - Number(b.kind === 'window'));
}

/** Grants exactly the chosen source to the capture page; without a choice, nothing. */
export function grantDisplayMedia(chosenSourceId: () => string | undefined): void {
  session.defaultSession.setDisplayMediaRequestHandler((_request, answer) => {
    const chosen = chosenSourceId();
    void desktopCapturer
      .getSources({ types: ['screen', 'window'], thumbnailSize: NO_THUMBNAIL })
      .then((sources) => sources.find(({ id }) => id === chosen))
      .catch(() => undefined)
      .then((source) => answer(source ? { video: source } : {}))
      // Electron refuses the page's request for an answer without video, and also throws it back at us.
      .catch(() => undefined);
  });
}

const isWayland = process.platform === 'linux' && process.env.XDG_SESSION_TYPE === 'wayland';

/** What this system lets us record. `page` is one of our pages: only pages see the audio devices. */
export async function captureCapabilities(page: WebContents | undefined): Promise<Capability[]> {
  const microphone = await microphoneCapability({
    clock: systemClock,
    // Linux has no such switch.
    access: () =>
      process.platform === 'linux' ? 'unknown' : systemPreferences.getMediaAccessStatus('microphone'),
    countInputs: async () => (page === undefined ? null : Number(await page.executeJavaScript(COUNT_INPUTS))),
  });
  const input = isWayland
    ? { available: false, why: 'Wayland does not let apps see mouse and keyboard input of other windows.' }
    : { available: true };
  return [
    { name: 'video', available: true },
    { name: 'screenshots', available: true },
    ...(microphone === null ? [] : [microphone]),
    { name: 'pointer', ...input },
    { name: 'keyboard', ...input },
    await windowCapability(),
    await activeWindowCapability(),
  ];
}

/** Our own window is always there to be listed: none at all means that this system does not offer windows. */
async function windowCapability(): Promise<Capability> {
  const name = 'window-capture';
  const windows = await desktopCapturer.getSources({ types: ['window'], thumbnailSize: NO_THUMBNAIL });
  if (windows.length > 0) return { name, available: true };
  return { name, available: false, why: 'This system offers the whole screen only, no single windows.' };
}

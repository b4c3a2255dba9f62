import { desktopCapturer, session } from 'electron';
import type { Capability } from '../../shared/session';
import type { CaptureSource } from '../../shared/recording';

const THUMBNAIL = { width: 320, height: 200 };

/** Screens first, then windows. On Wayland the portal asks the user instead and offers one entry. */
export async function listCaptureSources(): Promise<CaptureSource[]> {
  const found = await desktopCapturer.getSources({ types: ['screen', 'window'], thumbnailSize: THUMBNAIL });
  const sources = found.map((source) => ({
    id: source.id,
    name: source.name,
    kind: source.id.startsWith('screen:') ? ('screen' as const) : ('window' as const),
    thumbnail: source.thumbnail.isEmpty() ? '' : source.thumbnail.toDataURL(),
  }));
  return sources.sort((a, b) => Number(a.kind === 'window') - Number(b.kind === 'window'));
}

/** Grants exactly the chosen source to the capture page; without a choice, nothing. */
export function grantDisplayMedia(chosenSourceId: () => string | undefined): void {
  session.defaultSession.setDisplayMediaRequestHandler((_request, answer) => {
    const chosen = chosenSourceId();
    void desktopCapturer
      .getSources({ types: ['screen', 'window'], thumbnailSize: { width: 0, height: 0 } })
      .then((sources) => {
        const source = sources.find(({ id }) => id === chosen);
        answer(source ? { video: source } : {});
      })
      .catch(() => answer({}));
  });
}

const isWayland = process.platform === 'linux' && process.env.XDG_SESSION_TYPE === 'wayland';

/** What this system lets us record. `standIn` is set where the app runs without Electron's own runtime. */
export function captureCapabilities(standIn: boolean): Capability[] {
  const input = isWayland
    ? { available: false, why: 'Wayland does not let apps see mouse and keyboard input of other windows.' }
    : { available: true };
  return [
    { name: 'video', available: true },
    { name: 'screenshots', available: true },
    { name: 'pointer', ...input },
    { name: 'keyboard', ...input },
    standIn
      ? {
          name: 'window-capture',
          available: false,
          why: 'Without Electron only the whole screen can be recorded.',
        }
      : { name: 'window-capture', available: true },
  ];
}

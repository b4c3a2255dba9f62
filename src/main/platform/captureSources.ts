import type { DesktopCapturer, DesktopCapturerSource, Session } from 'electron';
import { PORTAL_SOURCE_ID, type CaptureSource } from '../../shared/recording';
import type { SystemPermissions } from '../types';

const THUMBNAIL = { width: 320, height: 200 };
const NO_THUMBNAIL = { width: 0, height: 0 };

/** Electron's part in it, and what the system allows. */
export type CaptureParts = {
  desktopCapturer: Pick<DesktopCapturer, 'getSources'>;
  permissions: Pick<SystemPermissions, 'names' | 'access'>;
  /** Whether pictures come through the desktop portal. */
  wayland: boolean;
};

/** Stands for whatever is chosen in the portal's dialog, which comes up at each start of a recording. */
const portalSource: CaptureSource = {
  id: PORTAL_SOURCE_ID,
  name: 'Chosen when the recording starts',
  kind: 'screen',
  thumbnail: '',
};

/**
 * Screens first, then windows. Nothing is looked at where that would put up a question of the system that nobody has
 * explained yet: on macOS before the screen may be recorded, and through Wayland's portal, whose dialog is the choice.
 */
export async function listCaptureSources(parts: CaptureParts): Promise<CaptureSource[]> {
  if (parts.wayland) return [portalSource];
  if (!mayListScreens(parts)) return [];
  const found = await parts.desktopCapturer.getSources({
    ...{ types: ['screen', 'window'], thumbnailSize: THUMBNAIL },
  });
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

/** Whether the screen may be looked at without a question of the system. */
export function mayListScreens({ permissions }: Pick<CaptureParts, 'permissions'>): boolean {
  return !permissions.names.includes('screen') || permissions.access('screen') === 'granted';
}

/** Grants exactly the chosen source to the capture page; without a choice, nothing. */
export function grantDisplayMedia(
  session: Pick<Session, 'setDisplayMediaRequestHandler'>,
  parts: CaptureParts,
  chosenSourceId: () => string | undefined,
): void {
  session.setDisplayMediaRequestHandler((_request, answer) => {
    void grantedSource(parts, chosenSourceId())
      .catch(() => undefined)
      .then((source) => answer(source ? { video: source } : {}))
      // Electron refuses the page's request for an answer without video, and also throws it back at us.
      .catch(() => undefined);
  });
}

/** Through the portal this is the one listing of a recording: it puts up the dialog and gives what was chosen there. */
async function grantedSource(
  { desktopCapturer }: CaptureParts,
  chosen: string | undefined,
): Promise<DesktopCapturerSource | undefined> {
  if (chosen === undefined) return undefined;
  const sources = await desktopCapturer.getSources({
    ...{ types: ['screen', 'window'], thumbnailSize: NO_THUMBNAIL },
  });
  return chosen === PORTAL_SOURCE_ID ? sources[0] : sources.find(({ id }) => id === chosen);
}

/** Our own window is always there to be listed: none at all means that this system does not offer windows. */
export async function offersWindows({ desktopCapturer }: CaptureParts): Promise<boolean> {
  const windows = await desktopCapturer.getSources({ types: ['window'], thumbnailSize: NO_THUMBNAIL });
  return windows.length > 0;
}

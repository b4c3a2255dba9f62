import type { DesktopCapturer, Session, Streams } from 'electron';
import { AppFailure } from '../../shared/appError';
import { recordedSize, type PictureSize } from '../../shared/pictureSize';
import {
  isPortalSource,
  PORTAL_SOURCE_ID,
  PORTAL_WINDOW_SOURCE_ID,
  type CaptureSource,
} from '../../shared/recording';
import type { CaptureGrant, DisplayInfo } from '../platformPort';
import type { Logger } from '../../shared/runtime';
import type { SystemPermissions } from '../permissionPort';

const THUMBNAIL = { width: 320, height: 200 };
const NO_THUMBNAIL = { width: 0, height: 0 };

/** The Electron APIs used, and what the system allows. */
export type CaptureParts = {
  desktopCapturer: Pick<DesktopCapturer, 'getSources'>;
  permissions: Pick<SystemPermissions, 'names' | 'access'>;
  displays: () => DisplayInfo[];
  /** Whether frames come through the desktop portal. */
  wayland: boolean;
};

/** Handles the display-media requests of the capture page. */
export type Grants = {
  /** The source that the open capture page may record. */
  chosenSourceId: () => string | undefined;
  onAnswer: (grant: CaptureGrant) => void;
  log: Pick<Logger, 'warn'>;
};

/** Placeholders for the choice in the portal's dialog, which appears at each start of a recording. */
const portalSources: CaptureSource[] = [
  { id: PORTAL_SOURCE_ID, name: 'A screen', kind: 'screen', thumbnail: '' },
  { id: PORTAL_WINDOW_SOURCE_ID, name: 'A window', kind: 'window', thumbnail: '' },
];

/**
 * Lists screens first, then windows. Skips listing where it would show an unexplained system prompt: on macOS before
 * screen recording is permitted, and on Wayland, where the portal's dialog is the choice.
 * @throws AppFailure when the system does not answer
 */
export async function listCaptureSources(
  parts: CaptureParts,
  { thumbnails }: { thumbnails: boolean },
): Promise<CaptureSource[]> {
  if (parts.wayland) return portalSources;
  if (!mayListScreens(parts)) return [];
  // On X11 Electron waits up to three seconds for windows that give no picture; without thumbnails it requests none.
  const thumbnailSize = thumbnails ? THUMBNAIL : NO_THUMBNAIL;
  const found = await parts.desktopCapturer
    .getSources({ types: ['screen', 'window'], thumbnailSize })
    .catch((error: unknown) => {
      throw new AppFailure({ ...notListed, details: String(error) });
    });
  const displays = parts.displays();
  const sources = found.map((source) => ({
    id: source.id,
    name: source.name,
    kind: source.id.startsWith('screen:') ? ('screen' as const) : ('window' as const),
    // Empty for windows, and if the system does not report it.
    ...(source.display_id === '' ? {} : { display: source.display_id }),
    ...scaledTo(displays.find(({ id }) => id === source.display_id)),
    thumbnail: source.thumbnail.isEmpty() ? '' : source.thumbnail.toDataURL(),
  }));
  return sources.sort((a, b) => Number(a.kind === 'window') - Number(b.kind === 'window'));
}

/** The size of a display's video if it differs from the display's own size. */
function scaledTo(display: DisplayInfo | undefined): { scaledTo?: PictureSize } {
  if (display === undefined) return {};
  const { width, height } = display.bounds;
  const size = recordedSize({ width, height });
  return size.width === width && size.height === height ? {} : { scaledTo: size };
}

/** Whether listing screens works without a system prompt. */
export function mayListScreens({ permissions }: Pick<CaptureParts, 'permissions'>): boolean {
  return !permissions.names.includes('screen') || permissions.access('screen') === 'granted';
}

/** Grants the chosen source to the capture page; without a choice, grants nothing. */
export function grantDisplayMedia(
  session: Pick<Session, 'setDisplayMediaRequestHandler'>,
  parts: CaptureParts,
  { chosenSourceId, onAnswer, log }: Grants,
): void {
  session.setDisplayMediaRequestHandler((_request, answer) => {
    void grantedSource(parts, chosenSourceId())
      .catch((error: unknown) => {
        log.warn('sources not listed', { error: String(error) });
        return 'refused' as const;
      })
      .then((found) => {
        onAnswer(typeof found === 'object' ? 'granted' : found);
        answer(typeof found === 'object' ? { video: found } : {});
      })
      // Electron refuses the page's request if the answer has no video, and also throws here.
      .catch(() => undefined);
  });
}

/** Electron asks the portal when the capture begins; this minimal answer suffices. Listing first would prompt twice. */
const portalStreams: Record<string, Streams['video']> = {
  [PORTAL_SOURCE_ID]: { id: 'screen:0:0', name: 'A screen' },
  [PORTAL_WINDOW_SOURCE_ID]: { id: 'window:0:0', name: 'A window' },
};

async function grantedSource(
  { desktopCapturer }: CaptureParts,
  chosen: string | undefined,
): Promise<NonNullable<Streams['video']> | 'not-there'> {
  if (chosen === undefined) return 'not-there';
  if (isPortalSource(chosen)) return portalStreams[chosen]!;
  const type = chosen.startsWith('screen:') ? 'screen' : 'window';
  const sources = await desktopCapturer.getSources({ types: [type], thumbnailSize: NO_THUMBNAIL });
  return sources.find(({ id }) => id === chosen) ?? 'not-there';
}

/**
 * The app's own window is always listed, so an empty list means that this system does not offer windows. If the system
 * does not answer, windows are assumed to be offered.
 */
export async function offersWindows({ desktopCapturer }: CaptureParts): Promise<boolean> {
  const listed = desktopCapturer.getSources({ types: ['window'], thumbnailSize: NO_THUMBNAIL });
  return listed.then(
    (windows) => windows.length > 0,
    () => true,
  );
}

const notListed = {
  code: 'SourcesNotListed',
  message: 'The system did not tell which screens and windows there are.',
  action:
    'Try again. If it happens again, check in the system’s privacy settings that the app may record the screen.',
};

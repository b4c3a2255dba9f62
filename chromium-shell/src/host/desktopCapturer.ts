import type Electron from 'electron';
import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { guardObject } from '../notImplemented.ts';
import { isWayland, isWith } from '../system.ts';
import { ShellNativeImage } from './nativeImage.ts';
import { screen } from './screen.ts';
import { systemPreferences } from './systemPreferences.ts';
import { windowSources } from './windowSource.ts';

const run = promisify(execFile);
const defaultThumbnail = { width: 150, height: 150 };
/** How long X11's capturer waits for windows without a picture. */
const slowWindowMs = 3000;
const largestPictureBytes = 256 * 1024 * 1024;

async function grabScreen({ width, height }: Electron.Size): Promise<ShellNativeImage> {
  if (width === 0 || height === 0) return ShellNativeImage.createEmpty();
  const { size } = screen.getPrimaryDisplay();
  const scale = `scale=w=${width}:h=${height}:force_original_aspect_ratio=decrease`;
  const input = ['-f', 'x11grab', '-video_size', `${size.width}x${size.height}`, '-i', process.env.DISPLAY!];
  const output = ['-frames:v', '1', '-vf', scale, '-c:v', 'png', '-f', 'image2pipe', '-'];
  const { stdout } = await run('ffmpeg', ['-v', 'error', ...input, ...output], {
    encoding: 'buffer',
    maxBuffer: largestPictureBytes,
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new Error('The Chromium shell needs ffmpeg for thumbnails: run "sudo apt-get install ffmpeg".');
  });
  return new ShellNativeImage(stdout);
}

/** Electron rejects with this string, not with an Error. */
const failure = 'Failed to get sources.';

/** How often the desktop portal was asked, each time with a dialog; for tests. */
export const portal = { dialogs: 0 };
/** Sources chosen in the portal's dialog, each for one capture. */
const chosenInPortal = new Set<string>();

/**
 * On Wayland a source that was not chosen in a dialog shows the portal's dialog on capture. @returns whether capture is
 * allowed
 */
export function mayCapture(id: string | undefined): boolean {
  if (!isWayland || (id !== undefined && chosenInPortal.delete(id))) return true;
  portal.dialogs += 1;
  return !isWith('portal-refused');
}

/** Simulates the system's checks and delays before a listing. @throws Electron's error string. */
async function passSystem({ types }: Electron.SourcesOptions, thumbnailSize: Electron.Size): Promise<void> {
  if (isWayland) {
    portal.dialogs += 1;
    if (isWith('portal-refused')) throw failure;
  }
  if (!systemPreferences.has('screen')) {
    systemPreferences.ask('screen');
    throw failure;
  }
  const hasThumbnails = thumbnailSize.width > 0 && thumbnailSize.height > 0;
  if (isWith('slow-sources') && types.includes('window') && hasThumbnails) await delay(slowWindowMs);
}

/** Offers the sources that the shell can capture: the whole screen, and the window named by SHELL_WINDOW. */
async function getSources(options: Electron.SourcesOptions): Promise<Electron.DesktopCapturerSource[]> {
  if (!Array.isArray(options?.types)) throw new Error('Invalid options');
  const { types, thumbnailSize = defaultThumbnail } = options;
  await passSystem(options, thumbnailSize);
  const windows = types.includes('window') ? await windowSources() : [];
  if (!types.includes('screen') && !isWayland) return windows;
  const thumbnail = await grabScreen(thumbnailSize);
  const { id } = screen.getPrimaryDisplay();
  if (isWayland) chosenInPortal.add(`screen:${id}:0`);
  const source = {
    id: `screen:${id}:0`,
    name: 'Entire screen',
    // The portal does not report the chosen screen.
    display_id: isWayland ? '' : String(id),
    thumbnail,
    appIcon: null,
  };
  return [source as unknown as Electron.DesktopCapturerSource, ...windows];
}

const members: Pick<Electron.DesktopCapturer, 'getSources'> = { getSources };
export const desktopCapturer = guardObject(members, 'desktopCapturer');

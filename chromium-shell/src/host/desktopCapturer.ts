import type Electron from 'electron';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { guardObject } from '../notImplemented.ts';
import { ShellNativeImage } from './nativeImage.ts';
import { screen } from './screen.ts';

const run = promisify(execFile);
const defaultThumbnail = { width: 150, height: 150 };
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

/** Offers what the shell can capture: the whole screen, and no windows. */
async function getSources({
  types,
  thumbnailSize,
}: Electron.SourcesOptions): Promise<Electron.DesktopCapturerSource[]> {
  if (!types.includes('screen')) return [];
  const thumbnail = await grabScreen(thumbnailSize ?? defaultThumbnail);
  const { id } = screen.getPrimaryDisplay();
  const source = {
    id: `screen:${id}:0`,
    name: 'Entire screen',
    display_id: String(id),
    thumbnail,
    appIcon: null,
  };
  return [source as unknown as Electron.DesktopCapturerSource];
}

const members: Pick<Electron.DesktopCapturer, 'getSources'> = { getSources };
export const desktopCapturer = guardObject(members, 'desktopCapturer');

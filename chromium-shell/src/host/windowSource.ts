import type Electron from 'electron';
import { runTool } from '../x11/tools.ts';
import { ShellNativeImage } from './nativeImage.ts';

/** Chromium selects its source by a name given at its start: one window, or the screen. */
const title = process.env.SHELL_WINDOW;

/** The source that Chromium captures when a page asks. */
export const captureSourceName = title ?? 'Entire screen';

/** The single window that can be captured, while it exists. */
export async function windowSources(): Promise<Electron.DesktopCapturerSource[]> {
  if (title === undefined) return [];
  const found = await runTool('xdotool', 'search', '--onlyvisible', '--name', `^${title}$`).catch(() => '');
  const [id] = found.split('\n').filter(Boolean);
  if (id === undefined) return [];
  const source = { id: `window:${id}:0`, name: title, display_id: '', appIcon: null };
  const thumbnail = ShellNativeImage.createEmpty();
  return [{ ...source, thumbnail } as unknown as Electron.DesktopCapturerSource];
}

/** The kind of source that Chromium captures. */
export const captureSurface = title === undefined ? 'monitor' : 'window';

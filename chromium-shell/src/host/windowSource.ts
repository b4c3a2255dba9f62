import type Electron from 'electron';
import { runTool } from '../x11/tools.ts';
import { ShellNativeImage } from './nativeImage.ts';

/** Chromium picks its source by name, and is told the name when it starts: one window, or the screen. */
const title = process.env.SHELL_WINDOW;

/** What Chromium captures when a page asks. */
export const captureSourceName = title ?? 'Entire screen';

/** The one window that can be captured, while it is there. */
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

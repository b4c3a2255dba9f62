/** Uses that every system supports, because of a platform check or an existence check. */
import { app, BrowserWindow, screen, systemPreferences, type Point, type Rectangle } from 'electron';

export function byExistence(rect: Rectangle, parts: { screen: Partial<Electron.Screen> }): Point {
  if (parts.screen.dipToScreenRect) return parts.screen.dipToScreenRect(null, rect);
  const converted = parts.screen.dipToScreenPoint && parts.screen.dipToScreenPoint(rect);
  if (typeof screen.screenToDipPoint === 'function') return screen.screenToDipPoint(rect);
  if (screen.screenToDipRect !== undefined) return screen.screenToDipRect(null, rect);
  return converted ?? parts.screen.dipToScreenPoint?.(rect) ?? rect;
}

export function byPlatform(window: BrowserWindow, os: NodeJS.Platform): void {
  if (process.platform !== 'linux') window.setContentProtection(true);
  if (os === 'darwin') app.on('activate', () => onMac());
  const isWindows = process.platform === 'win32';
  const id = isWindows ? app.setAppUserModelId('id') : undefined;
  if (!isWindows) return id;
  screen.dipToScreenRect(window, window.getBounds());
  new BrowserWindow({ ...(process.platform === 'darwin' ? { vibrancy: 'menu' } : {}) });
}

/** A member that may be missing in the port may be missing in Electron. */
export function handedOver(rect: Rectangle): Point | undefined {
  const port: { dipToScreenRect?: (window: null, rect: Rectangle) => Rectangle } = screen;
  if ('dipToScreenPoint' in screen) return screen.dipToScreenPoint(rect);
  void app.dock?.show();
  if (app.dock) app.dock.hide();
  return port.dipToScreenRect?.(null, rect);
}

/** @platform darwin */
function onMac(): void {
  void systemPreferences.askForMediaAccess('camera');
}

/** Each line that ends with "missing on …" is a use that those systems do not have; the others are right. */
import * as electron from 'electron';
import { app, BrowserWindow, safeStorage, screen, systemPreferences, type Rectangle } from 'electron';

/** A former version of the recorder's function. */
export function toPhysical(rect: Rectangle, scaleFactor: number): Rectangle {
  if (process.platform !== 'darwin') return screen.dipToScreenRect(null, rect); // missing on linux
  return { ...rect, width: rect.width * scaleFactor };
}

export function unguarded(window: BrowserWindow, listener: () => void): void {
  app.on('activate', listener); // missing on win32, linux
  app.on('before-quit', listener);
  window.once('session-end', listener); // missing on darwin, linux
  app['setAppUserModelId']('id'); // missing on darwin, linux
  const { getSelectedStorageBackend } = safeStorage; // missing on darwin, win32
  getSelectedStorageBackend();
  void app.badgeCount; // missing on win32
  new BrowserWindow({ vibrancy: 'menu', width: 1 }); // missing on win32, linux
}

export function wronglyGuarded(window: BrowserWindow): void {
  const mac = process.platform === 'darwin' && window.isVisible();
  if (mac) window.setVibrancy('menu');
  else window.setVibrancy('menu'); // missing on win32, linux
  if (process.platform === 'win32' || process.platform === 'darwin') app.dock?.hide();
  if (process.platform === 'linux') systemPreferences.getMediaAccessStatus('screen'); // missing on linux
  onMac(); // missing on win32, linux
  switch (process.platform) {
    case 'darwin':
    case 'win32':
      systemPreferences.getMediaAccessStatus('screen');
      void systemPreferences.askForMediaAccess('camera'); // missing on win32
      break;
    default:
      void systemPreferences.askForMediaAccess('camera'); // missing on win32, linux
  }
}

/** The same member, accessed in different ways. */
export function reached(rect: Rectangle, options: { systems: Electron.Screen }): void {
  const alias = screen;
  alias.dipToScreenRect(null, rect); // missing on darwin, linux
  electron.screen.dipToScreenRect(null, rect); // missing on darwin, linux
  options.systems?.dipToScreenRect(null, rect); // missing on darwin, linux
  const convert = screen.dipToScreenRect; // missing on darwin, linux
  convert(null, rect);
  const bound = screen.dipToScreenRect.bind(screen); // missing on darwin, linux
  bound(null, rect);
  const { dipToScreenRect: renamed } = options.systems; // missing on darwin, linux
  renamed(null, rect);
  const {
    screen: { dipToScreenRect }, // missing on darwin, linux
  } = electron;
  const kept = { convert };
  ({ dipToScreenRect: kept.convert } = screen); // missing on darwin, linux
  const taken = ({ dipToScreenRect }: Electron.Screen) => dipToScreenRect; // missing on darwin, linux
  for (const name of ['dipToScreenRect', 'getAllDisplays'] as const) void screen[name]; // missing on darwin, linux
  for (const event of ['activate'] as const) app.on(event, () => {}); // missing on win32, linux
  dipToScreenRect(null, kept.convert(null, taken(screen)(null, rect)));
  [1].forEach(onMac); // missing on win32, linux
}

/** An Electron object that matches one of our types: its receiver uses the member. */
export function handedOver(): void {
  const port: Omit<Port, keyof Rectangle> = screen; // missing on darwin, linux
  use({ nested: { screen } }); // missing on darwin, linux
  useLater(() => screen); // missing on darwin, linux
  void [port, screen as unknown as Port]; // missing on darwin, linux
  listen(app); // missing on win32, linux
  const options = { vibrancy: 'menu' as const };
  new BrowserWindow(options); // missing on win32, linux
  new BrowserWindow({ ...options }); // missing on win32, linux
}

type Port = Rectangle & { dipToScreenRect(window: null, rect: Rectangle): Rectangle };
declare function use(parts: { nested: { screen: Omit<Port, keyof Rectangle> } }): void;
declare function useLater(find: () => Omit<Port, keyof Rectangle>): void;
declare function listen(on: { on(event: 'activate', listener: () => void): unknown }): void;

/** @platform darwin */
function onMac(): void {
  void systemPreferences.askForMediaAccess('camera');
}

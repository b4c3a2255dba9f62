/** Each line that ends with "missing on …" is a use that those systems do not have; the others are right. */
import { app, BrowserWindow, safeStorage, screen, systemPreferences, type Rectangle } from 'electron';

/** The recorder's own, as it was. */
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

/** @platform darwin */
function onMac(): void {
  void systemPreferences.askForMediaAccess('camera');
}

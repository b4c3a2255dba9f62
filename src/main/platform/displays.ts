import { screen, type Rectangle as DipRectangle } from 'electron';
import type { DisplayInfo, Rectangle } from '../types';

/** Electron speaks device-independent pixels; recordings are in physical ones. */
export function toPhysical(rect: DipRectangle, scaleFactor: number): Rectangle {
  // dipToScreenRect exists on Windows and Linux; elsewhere (macOS) the desktop space is scaled as a whole.
  if (process.platform !== 'darwin') return screen.dipToScreenRect(null, rect);
  const scale = (n: number) => Math.round(n * scaleFactor);
  return { x: scale(rect.x), y: scale(rect.y), width: scale(rect.width), height: scale(rect.height) };
}

export function listDisplays(): DisplayInfo[] {
  return screen.getAllDisplays().map((display) => ({
    id: String(display.id),
    name: display.label || `Display ${display.id}`,
    bounds: toPhysical(display.bounds, display.scaleFactor),
    scaleFactor: display.scaleFactor,
  }));
}

export function onDisplaysChanged(listener: () => void): void {
  screen.on('display-added', listener);
  screen.on('display-removed', listener);
  screen.on('display-metrics-changed', listener);
}

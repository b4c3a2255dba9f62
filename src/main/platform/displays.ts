import { screen, type Rectangle as DipRectangle } from 'electron';
import type { DisplayInfo, Rectangle } from '../types';
import { isWayland } from './permissions';
import { toPhysicalPixels } from './physicalPixels';

export function toPhysical(rect: DipRectangle, scaleFactor: number): Rectangle {
  const wayland = process.platform === 'linux' && isWayland(process.env);
  return toPhysicalPixels(rect, scaleFactor, { screen, wayland });
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

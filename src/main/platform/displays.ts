import { screen, type Display, type Rectangle as DipRectangle } from 'electron';
import type { DisplayInfo, Rectangle } from '../platformPort';
import { isWayland } from './wayland';
import { toPhysicalPixels } from './physicalPixels';
import { areaToPixels, pixelBounds, windowToPixels } from './pointsToPixels';

function toPhysical(rect: DipRectangle, scaleFactor: number): Rectangle {
  const wayland = process.platform === 'linux' && isWayland(process.env);
  return toPhysicalPixels(rect, scaleFactor, { screen, wayland });
}

export function listDisplays(): DisplayInfo[] {
  const displays = screen.getAllDisplays();
  const boundsOf = (display: Display) =>
    process.platform === 'darwin'
      ? pixelBounds(display, displays)
      : toPhysical(display.bounds, display.scaleFactor);
  return displays.map((display) => ({
    id: String(display.id),
    name: display.label || `Display ${display.id}`,
    bounds: boundsOf(display),
    scaleFactor: display.scaleFactor,
  }));
}

/** The areas of the displays that an app window covers, in physical pixels. On macOS there may be one per display. */
export function shownPixels(window: DipRectangle): Rectangle[] {
  if (process.platform === 'darwin') return areaToPixels(window, screen.getAllDisplays());
  return [toPhysical(window, screen.getDisplayMatching(window).scaleFactor)];
}

/** The bounds of a window of any program, in physical pixels. */
export function windowPixels(window: Rectangle): Rectangle {
  // macOS reports points here too; the other systems report pixels.
  return process.platform === 'darwin' ? windowToPixels(window, screen.getAllDisplays()) : window;
}

export function onDisplaysChanged(listener: () => void): void {
  screen.on('display-added', listener);
  screen.on('display-removed', listener);
  screen.on('display-metrics-changed', listener);
}

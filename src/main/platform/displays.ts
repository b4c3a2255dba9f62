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

/** What the displays show of one of our windows, in physical pixels. On macOS it can be an area on each of them. */
export function shownPixels(window: DipRectangle): Rectangle[] {
  if (process.platform === 'darwin') return areaToPixels(window, screen.getAllDisplays());
  return [toPhysical(window, screen.getDisplayMatching(window).scaleFactor)];
}

/** Where a window of any program is, in physical pixels. */
export function windowPixels(window: Rectangle): Rectangle {
  // macOS counts in points here too, the others in pixels.
  return process.platform === 'darwin' ? windowToPixels(window, screen.getAllDisplays()) : window;
}

export function onDisplaysChanged(listener: () => void): void {
  screen.on('display-added', listener);
  screen.on('display-removed', listener);
  screen.on('display-metrics-changed', listener);
}

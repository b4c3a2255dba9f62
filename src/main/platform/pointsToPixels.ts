import { largest } from '../../shared/extremes';
import type { Rectangle } from '../platformPort';

type Point = { x: number; y: number };

/** A display of a system that uses points (macOS). `bounds`: points of the desktop. */
export type PointDisplay = { bounds: Rectangle; scaleFactor: number };

/**
 * The bounds of a display on a desktop in physical pixels. macOS has no such desktop: scaling displays of different
 * factors in place would make them overlap. So all origins are scaled by the largest factor, and each size by the
 * display's own factor.
 */
export function pixelBounds({ bounds, scaleFactor }: PointDisplay, displays: PointDisplay[]): Rectangle {
  const spread = largest(displays.map((display) => display.scaleFactor));
  return {
    x: Math.round(bounds.x * spread),
    y: Math.round(bounds.y * spread),
    // Never rounded up: the display would overlap its neighbour.
    width: Math.floor(bounds.width * scaleFactor),
    height: Math.floor(bounds.height * scaleFactor),
  };
}

/** Converts a desktop point to pixels; a point outside of every display is measured from the nearest one. */
export function pointToPixels<P extends Point>(point: P, displays: PointDisplay[]): P {
  const [display] = displays.toSorted((a, b) => distance(a.bounds, point) - distance(b.bounds, point));
  if (display === undefined) return point;
  const origin = pixelBounds(display, displays);
  const { bounds, scaleFactor } = display;
  return {
    ...point,
    x: origin.x + Math.floor((point.x - bounds.x) * scaleFactor),
    y: origin.y + Math.floor((point.y - bounds.y) * scaleFactor),
  };
}

/** Converts an area to pixels: one area for each display that it touches. */
export function areaToPixels(area: Rectangle, displays: PointDisplay[]): Rectangle[] {
  return displays.flatMap((display) => {
    const shown = overlap(area, display.bounds);
    return shown.width > 0 && shown.height > 0 ? [scaledOn(display, shown, displays)] : [];
  });
}

/** Converts a window to one area in pixels, measured on the display that shows most of it. */
export function windowToPixels(area: Rectangle, displays: PointDisplay[]): Rectangle {
  const shown = (display: PointDisplay) => {
    const { width, height } = overlap(area, display.bounds);
    return Math.max(0, width) * Math.max(0, height);
  };
  const [most] = displays.toSorted(
    (a, b) => shown(b) - shown(a) || distance(a.bounds, area) - distance(b.bounds, area),
  );
  return most === undefined ? area : scaledOn(most, area, displays);
}

function scaledOn(display: PointDisplay, area: Rectangle, displays: PointDisplay[]): Rectangle {
  const { bounds, scaleFactor } = display;
  const origin = pixelBounds(display, displays);
  return {
    x: origin.x + Math.round((area.x - bounds.x) * scaleFactor),
    y: origin.y + Math.round((area.y - bounds.y) * scaleFactor),
    width: Math.round(area.width * scaleFactor),
    height: Math.round(area.height * scaleFactor),
  };
}

/** Has zero size if the two do not overlap. */
function overlap(a: Rectangle, b: Rectangle): Rectangle {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const right = Math.min(a.x + a.width, b.x + b.width);
  const bottom = Math.min(a.y + a.height, b.y + b.height);
  return { x, y, width: right - x, height: bottom - y };
}

/** Squared distance from the area; 0 inside. */
function distance(area: Rectangle, { x, y }: Point): number {
  const dx = Math.max(area.x - x, 0, x - (area.x + area.width - 1));
  const dy = Math.max(area.y - y, 0, y - (area.y + area.height - 1));
  return dx * dx + dy * dy;
}

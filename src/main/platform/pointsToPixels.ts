import { largest } from '../../shared/extremes';
import type { Rectangle } from '../platformPort';

type Point = { x: number; y: number };

/** A display of a system that counts in points (macOS). `bounds` in points of the desktop. */
export type PointDisplay = { bounds: Rectangle; scaleFactor: number };

/**
 * Where a display lies on a desktop of physical pixels. macOS has no such desktop: with displays of different scales, each
 * scaled where it stands would lie over its neighbours. So all origins are scaled by the largest factor, and each display
 * by its own.
 */
export function pixelBounds({ bounds, scaleFactor }: PointDisplay, displays: PointDisplay[]): Rectangle {
  const spread = largest(displays.map((display) => display.scaleFactor));
  return {
    x: Math.round(bounds.x * spread),
    y: Math.round(bounds.y * spread),
    // Never up, or it would reach into its neighbour.
    width: Math.floor(bounds.width * scaleFactor),
    height: Math.floor(bounds.height * scaleFactor),
  };
}

/** A point of the desktop in pixels; one outside of every display is measured from the nearest. */
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

/** What the displays show of an area, in pixels: one area for each display that it touches. */
export function areaToPixels(area: Rectangle, displays: PointDisplay[]): Rectangle[] {
  return displays.flatMap((display) => {
    const shown = overlap(area, display.bounds);
    return shown.width > 0 && shown.height > 0 ? [scaledOn(display, shown, displays)] : [];
  });
}

/** A window as one area in pixels, measured on the display that shows most of it. */
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

/** Without extent where the two do not touch. */
function overlap(a: Rectangle, b: Rectangle): Rectangle {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const right = Math.min(a.x + a.width, b.x + b.width);
  const bottom = Math.min(a.y + a.height, b.y + b.height);
  return { x, y, width: right - x, height: bottom - y };
}

/** 0 inside; otherwise how far outside, squared. */
function distance(area: Rectangle, { x, y }: Point): number {
  const dx = Math.max(area.x - x, 0, x - (area.x + area.width - 1));
  const dy = Math.max(area.y - y, 0, y - (area.y + area.height - 1));
  return dx * dx + dy * dy;
}

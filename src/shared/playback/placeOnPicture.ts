import type { GeometryEpoch, SessionHeader } from '../session';
import type { Point } from './step';

type Recorded = {
  geometry: readonly GeometryEpoch[];
  source: SessionHeader['source'] & { display?: string };
};
type Size = { width: number; height: number };
type Area = Size & { x: number; y: number };

/** How much the shapes of picture and display may differ: encoders round sizes to even numbers. */
const SHAPE_TOLERANCE = 0.02;

/**
 * Where a point of a display is on a picture of the recorded screen, from 0 to 1 across and down; null where that
 * cannot be known (a window as source, several displays none of which has the picture's shape) or is off the picture.
 * @param epoch the geometry epoch the picture was taken in; a point of another one has a place only if the display
 *   had the same size then
 * @param picture its size in pixels, where it is known
 */
export function placeOnPicture(
  recorded: Recorded,
  epoch: number,
  point: Point,
  picture?: Size,
): { x: number; y: number } | null {
  if (recorded.source.kind !== 'screen') return null;
  const before = displaysOf(recorded.geometry, point.epoch);
  const display = before.find(({ id }) => id === point.display);
  if (display === undefined || !isSameSize(display, recorded.geometry, epoch)) return null;
  const area = recordedArea(recorded, displaysOf(recorded.geometry, epoch), picture);
  if (area === null) return null;
  // Measured against the display's own corner in its own epoch: another display may have moved since.
  const corner = area === 'display' ? display : area;
  const place = {
    x: (display.x + point.x - corner.x) / corner.width,
    y: (display.y + point.y - corner.y) / corner.height,
  };
  return isOnPicture(place) && (area !== 'display' || isRecorded(recorded, display.id)) ? place : null;
}

function displaysOf(geometry: readonly GeometryEpoch[], epoch: number) {
  return geometry.find((candidate) => candidate.epoch === epoch)?.displays ?? [];
}

function isSameSize(display: Size & { id: string }, geometry: readonly GeometryEpoch[], epoch: number) {
  const now = displaysOf(geometry, epoch).find(({ id }) => id === display.id);
  return now !== undefined && now.width === display.width && now.height === display.height;
}

/** `display`: the picture is of the point's own display; an area of the desktop where it is of several. */
function recordedArea(
  { source }: Recorded,
  displays: readonly (Area & { id: string })[],
  picture: Size | undefined,
): 'display' | Area | null {
  if (displays.length <= 1 || source.display !== undefined) return 'display';
  const whole = boundsOf(displays);
  if (picture === undefined) return null;
  return hasShape(whole, picture) ? whole : null;
}

function isRecorded({ source }: Recorded, display: string): boolean {
  return source.display === undefined || source.display === display;
}

function boundsOf(displays: readonly Area[]): Area {
  const x = Math.min(...displays.map((display) => display.x));
  const y = Math.min(...displays.map((display) => display.y));
  const right = Math.max(...displays.map((display) => display.x + display.width));
  const bottom = Math.max(...displays.map((display) => display.y + display.height));
  return { x, y, width: right - x, height: bottom - y };
}

function hasShape(area: Size, picture: Size): boolean {
  const ratio = area.width / area.height / (picture.width / picture.height);
  return Math.abs(ratio - 1) < SHAPE_TOLERANCE;
}

function isOnPicture({ x, y }: { x: number; y: number }): boolean {
  return x >= 0 && x <= 1 && y >= 0 && y <= 1;
}

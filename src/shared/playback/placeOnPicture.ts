import { largest, smallest } from '../extremes';
import type { GeometryEpoch, SessionHeader } from '../session';
import type { Point } from './step';

type Recorded = { geometry: readonly GeometryEpoch[]; source: SessionHeader['source'] };
type Display = GeometryEpoch['displays'][number];
type Size = { width: number; height: number };
type Area = Size & { x: number; y: number };

/** How much the shapes of picture and displays may differ: encoders round sizes to even numbers. */
const SHAPE_TOLERANCE = 0.02;

/**
 * The position of a display's point on a picture of the recorded screen, from 0 to 1 in both directions; null if it is
 * unknown (a window as source, or several displays without information which one) or outside the picture.
 * @param epoch the geometry epoch of the picture; a point of another epoch has a position only if the recorded source
 * had the same size then
 * @param picture its size in pixels, if known
 */
export function placeOnPicture(
  { source, geometry }: Recorded,
  epoch: number,
  point: Point,
  picture?: Size,
): { x: number; y: number } | null {
  if (source.kind !== 'screen') return null;
  const [then, now] = [displaysOf(geometry, point.epoch), displaysOf(geometry, epoch)];
  const display = then.find(({ id }) => id === point.display);
  const area = recordedArea(source, now, picture);
  const areaThen = recordedArea(source, then, picture);
  if (display === undefined || area === null || areaThen === null || !isSameSize(area, areaThen)) return null;
  const x = (display.x + point.x - areaThen.x) / areaThen.width;
  const y = (display.y + point.y - areaThen.y) / areaThen.height;
  return x >= 0 && x <= 1 && y >= 0 && y <= 1 ? { x, y } : null;
}

/** Called for each click of a session, whose header may list many arrangements. */
const known = new WeakMap<readonly GeometryEpoch[], Map<number, readonly Display[]>>();

function displaysOf(geometry: readonly GeometryEpoch[], epoch: number): readonly Display[] {
  let byEpoch = known.get(geometry);
  if (byEpoch === undefined) {
    // The first entry of an epoch counts, as in a list search.
    byEpoch = new Map(geometry.toReversed().map((arrangement) => [arrangement.epoch, arrangement.displays]));
    known.set(geometry, byEpoch);
  }
  return byEpoch.get(epoch) ?? [];
}

/** The part of the desktop that the picture shows. */
function recordedArea(
  { display }: Recorded['source'],
  displays: readonly Display[],
  picture: Size | undefined,
): Area | null {
  const named = displays.find(({ id }) => id === display);
  // If the named display is gone, the recording continued with the only one left.
  const only = displays.length === 1 ? displays[0] : undefined;
  if (named !== undefined || only !== undefined) return named ?? only!;
  if (display !== undefined || displays.length === 0 || picture === undefined) return null;
  const whole = boundsOf(displays);
  return hasShape(whole, picture) ? whole : null;
}

function boundsOf(displays: readonly Area[]): Area {
  const x = smallest(displays.map((display) => display.x));
  const y = smallest(displays.map((display) => display.y));
  const right = largest(displays.map((display) => display.x + display.width));
  const bottom = largest(displays.map((display) => display.y + display.height));
  return { x, y, width: right - x, height: bottom - y };
}

function isSameSize(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height;
}

function hasShape(area: Size, picture: Size): boolean {
  const ratio = area.width / area.height / (picture.width / picture.height);
  return Math.abs(ratio - 1) < SHAPE_TOLERANCE;
}

import type { GeometryEpoch } from '../../shared/session';
import type { DisplayInfo, Rectangle } from '../platformPort';

/** A point in physical pixels of one display, counted from that display's upper left corner. */
export type PlacedPoint = { display: string; epoch: number; x: number; y: number };

/** The display arrangements of a session. Tells which display a point is on. */
export class Geometry {
  private readonly known: GeometryEpoch[] = [];

  /** All arrangements so far, oldest first. */
  get epochs(): readonly GeometryEpoch[] {
    return this.known;
  }

  /** @returns false if the arrangement has not changed */
  note(displays: DisplayInfo[], tUs: number): boolean {
    const described = displays.map(({ id, name, bounds, scaleFactor }) => ({
      id,
      name,
      scaleFactor,
      x: bounds.x,
      y: bounds.y,
      width: bounds.width,
      height: bounds.height,
    }));
    if (JSON.stringify(described) === JSON.stringify(this.known.at(-1)?.displays)) return false;
    this.known.push({ epoch: this.known.length, tUs, displays: described });
    return true;
  }

  /** A point outside every display belongs to the nearest one. */
  place(point: { x: number; y: number }): PlacedPoint {
    const { epoch, displays } = this.known.at(-1) ?? { epoch: 0, displays: [] };
    const [nearest] = displays.toSorted((a, b) => distance(a, point) - distance(b, point));
    if (nearest === undefined) return { display: 'unknown', epoch, x: point.x, y: point.y };
    return { display: nearest.id, epoch, x: point.x - nearest.x, y: point.y - nearest.y };
  }
}

export function contains(area: Rectangle, { x, y }: { x: number; y: number }): boolean {
  return x >= area.x && y >= area.y && x < area.x + area.width && y < area.y + area.height;
}

/** The squared distance to the area; 0 inside. */
function distance(area: Rectangle, { x, y }: { x: number; y: number }): number {
  const dx = Math.max(area.x - x, 0, x - (area.x + area.width - 1));
  const dy = Math.max(area.y - y, 0, y - (area.y + area.height - 1));
  return dx * dx + dy * dy;
}

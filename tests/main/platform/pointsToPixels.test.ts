import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  areaToPixels,
  pixelBounds,
  pointToPixels,
  windowToPixels,
  type PointDisplay,
} from '../../../src/main/platform/pointsToPixels';
import { contains, Geometry } from '../../../src/main/recorder/geometry';
import type { Rectangle } from '../../../src/main/platformPort';

/** Displays side by side from any origin, each of its own size, scale and height above the others. */
const arrangement = fc
  .tuple(
    fc.integer({ min: -4000, max: 4000 }),
    fc.array(
      fc.record({
        width: fc.integer({ min: 800, max: 3000 }),
        height: fc.integer({ min: 600, max: 2000 }),
        y: fc.integer({ min: -2000, max: 2000 }),
        scaleFactor: fc.constantFrom(1, 1.5, 2, 3),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  )
  .map(([left, parts]) => {
    let x = left;
    return parts.map(({ width, height, y, scaleFactor }): PointDisplay => {
      const bounds = { x, y, width, height };
      x += width;
      return { bounds, scaleFactor };
    });
  });

/** An arrangement, one of its displays, and a point on that. */
const pointed = arrangement.chain((displays) =>
  fc.integer({ min: 0, max: displays.length - 1 }).chain((at) => {
    const { x, y, width, height } = displays[at]!.bounds;
    return fc.record({
      displays: fc.constant(displays),
      at: fc.constant(at),
      point: fc.record({
        x: fc.integer({ min: x, max: x + width - 1 }),
        y: fc.integer({ min: y, max: y + height - 1 }),
      }),
    });
  }),
);

const touches = (a: Rectangle, b: Rectangle) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

describe('a desktop of points, in pixels', () => {
  it('has no display that lies over another', () => {
    fc.assert(
      fc.property(arrangement, (displays) => {
        const areas = displays.map((display) => pixelBounds(display, displays));
        for (const [at, area] of areas.entries())
          for (const other of areas.slice(at + 1)) expect(touches(area, other)).toBe(false);
      }),
    );
  });

  it('places each point on its own display, in pixels from its corner', () => {
    fc.assert(
      fc.property(pointed, ({ displays, at, point }) => {
        const geometry = new Geometry();
        const known = displays.map((display, index) => ({
          ...{ id: String(index), name: '', scaleFactor: display.scaleFactor },
          bounds: pixelBounds(display, displays),
        }));
        geometry.note(known, 0);
        const { bounds, scaleFactor } = displays[at]!;
        expect(geometry.place(pointToPixels(point, displays))).toEqual({
          ...{ display: String(at), epoch: 0 },
          x: Math.floor((point.x - bounds.x) * scaleFactor),
          y: Math.floor((point.y - bounds.y) * scaleFactor),
        });
      }),
    );
  });

  it('finds a point in a window exactly when it is in it, also in one that lies on two displays', () => {
    const inWindow = pointed.chain(({ displays, point }) =>
      fc.record({
        displays: fc.constant(displays),
        point: fc.constant(point),
        window: fc.record({
          x: fc.integer({ min: point.x - 700, max: point.x + 200 }),
          y: fc.integer({ min: point.y - 700, max: point.y + 200 }),
          width: fc.integer({ min: 1, max: 900 }),
          height: fc.integer({ min: 1, max: 900 }),
        }),
      }),
    );
    fc.assert(
      fc.property(inWindow, ({ displays, point, window }) => {
        // Whole scales only: an edge between two pixels is on neither.
        const whole = displays.map((display) => ({
          ...display,
          scaleFactor: Math.ceil(display.scaleFactor),
        }));
        const pixel = pointToPixels(point, whole);
        const found = areaToPixels(window, whole).some((area) => contains(area, pixel));
        expect(found).toBe(contains(window, point));
      }),
    );
  });

  it('is the desktop times the scale where all displays have the same', () => {
    fc.assert(
      fc.property(pointed, fc.constantFrom(1, 2, 3), ({ displays, point }, scaleFactor) => {
        const same = displays.map(({ bounds }) => ({ bounds, scaleFactor }));
        expect(pointToPixels(point, same)).toEqual({ x: point.x * scaleFactor, y: point.y * scaleFactor });
      }),
    );
  });

  it('takes a point between displays to the nearest, and leaves one alone where there is none', () => {
    const displays = [
      { bounds: { x: 0, y: 0, width: 1440, height: 900 }, scaleFactor: 2 },
      { bounds: { x: 1440, y: 200, width: 1920, height: 1080 }, scaleFactor: 1 },
    ];
    expect(pointToPixels({ x: 1440, y: 199 }, displays)).toEqual({ x: 2880, y: 398 });
    expect(pointToPixels({ x: 3, y: 4 }, [])).toEqual({ x: 3, y: 4 });
  });

  it('measures a window on the display that shows most of it', () => {
    const displays = [
      { bounds: { x: 0, y: 0, width: 1440, height: 900 }, scaleFactor: 2 },
      { bounds: { x: -1920, y: 0, width: 1920, height: 1080 }, scaleFactor: 1 },
    ];
    expect(windowToPixels({ x: -100, y: 10, width: 400, height: 300 }, displays)).toEqual({
      ...{ x: -200, y: 20, width: 800, height: 600 },
    });
    expect(windowToPixels({ x: -300, y: 10, width: 400, height: 300 }, displays)).toEqual({
      ...{ x: -3840 + 1620, y: 10, width: 400, height: 300 },
    });
    expect(windowToPixels({ x: 1, y: 2, width: 3, height: 4 }, [])).toEqual({
      x: 1,
      y: 2,
      width: 3,
      height: 4,
    });
  });
});

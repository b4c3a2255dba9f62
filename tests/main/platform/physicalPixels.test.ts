import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toPhysicalPixels } from '../../../src/main/platform/physicalPixels';

const rectangle = fc.record({
  x: fc.integer({ min: -9000, max: 9000 }),
  y: fc.integer({ min: -9000, max: 9000 }),
  width: fc.integer({ min: 1, max: 9000 }),
  height: fc.integer({ min: 1, max: 9000 }),
});
const scaleFactor = fc.constantFrom(1, 1.25, 1.5, 2, 3);

/** X11 places a second display behind the first one's physical pixels, whatever its own scale is. */
const shifted = ({ x, y }: { x: number; y: number }) => ({ x: x + 7, y: y - 3 });

it('Windows: converts by Electron’s rectangle', () => {
  const converted = { x: 1, y: 2, width: 3, height: 4 };
  const screen = { dipToScreenRect: () => converted, dipToScreenPoint: shifted };
  fc.assert(
    fc.property(rectangle, scaleFactor, (rect, scale) => {
      expect(toPhysicalPixels(rect, scale, { screen, wayland: false })).toEqual(converted);
    }),
  );
});

it('X11: converts the corner by Electron’s point and scales the size, without dipToScreenRect', () => {
  fc.assert(
    fc.property(rectangle, scaleFactor, (rect, scale) => {
      const found = toPhysicalPixels(rect, scale, { screen: { dipToScreenPoint: shifted }, wayland: false });
      expect(found).toEqual({
        ...shifted(rect),
        width: Math.round(rect.width * scale),
        height: Math.round(rect.height * scale),
      });
    }),
  );
});

it.each([
  ['Wayland', { dipToScreenPoint: shifted }, true],
  ['without conversions', {}, false],
] as const)('%s: scales everything', (_system, screen, wayland) => {
  fc.assert(
    fc.property(rectangle, scaleFactor, (rect, scale) => {
      const { x, y, width, height } = toPhysicalPixels(rect, scale, { screen, wayland });
      const scaled = [rect.x, rect.y, rect.width, rect.height].map((n) => Math.round(n * scale));
      expect([x, y, width, height]).toEqual(scaled);
    }),
  );
});

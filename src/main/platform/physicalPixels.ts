import type { Rectangle as DipRectangle, Screen } from 'electron';
import type { Rectangle } from '../platformPort';

/** `dipToScreenRect` exists on Windows only, `dipToScreenPoint` on Windows and Linux. */
export type PixelParts = {
  screen: Partial<Pick<Screen, 'dipToScreenPoint' | 'dipToScreenRect'>>;
  /** Wayland has `dipToScreenPoint`, but it does not convert there. */
  wayland: boolean;
};

/** Electron uses device-independent pixels; recordings use physical pixels by the display's `scaleFactor`. */
export function toPhysicalPixels(
  rect: DipRectangle,
  scaleFactor: number,
  { screen, wayland }: PixelParts,
): Rectangle {
  if (screen.dipToScreenRect) return screen.dipToScreenRect(null, rect);
  const scale = (n: number) => Math.round(n * scaleFactor);
  const { x, y } =
    screen.dipToScreenPoint && !wayland
      ? screen.dipToScreenPoint({ x: rect.x, y: rect.y })
      : { x: scale(rect.x), y: scale(rect.y) };
  return { x, y, width: scale(rect.width), height: scale(rect.height) };
}

import { describe, expect, it } from 'vitest';
import { hasWaylandWindows, isWayland } from '../../../src/main/platform/wayland';

describe('on Wayland', () => {
  it('windows are Wayland’s in such a session, unless a switch asks for X11', () => {
    const wayland = { XDG_SESSION_TYPE: 'wayland', WAYLAND_DISPLAY: 'wayland-0' };
    expect(hasWaylandWindows(wayland, () => '')).toBe(true);
    expect(hasWaylandWindows(wayland, () => 'x11')).toBe(false);
    expect(hasWaylandWindows({}, () => '')).toBe(false);
  });

  it.each([
    [{ XDG_SESSION_TYPE: 'wayland', WAYLAND_DISPLAY: 'wayland-0' }, true],
    [{ XDG_SESSION_TYPE: 'wayland' }, false],
    [{ XDG_SESSION_TYPE: 'x11', WAYLAND_DISPLAY: 'wayland-0' }, false],
    [{}, false],
  ])('the portal is the way with %j: %s', (env, expected) => {
    expect(isWayland(env)).toBe(expected);
  });
});

/** Whether pictures come through the desktop portal. Source: WebRTC's `DesktopCapturer::IsRunningUnderWayland`. */
export function isWayland(env: Readonly<Record<string, string | undefined>>): boolean {
  return env.XDG_SESSION_TYPE?.startsWith('wayland') === true && Boolean(env.WAYLAND_DISPLAY);
}

/**
 * Whether our windows are Wayland's own, which no app can place, raise or minimise. Electron 38 and later take Wayland
 * where the session is one, unless a switch says otherwise.
 */
export function hasWaylandWindows(
  env: Readonly<Record<string, string | undefined>>,
  switchValue: (name: string) => string,
): boolean {
  return isWayland(env) && switchValue('ozone-platform') !== 'x11';
}

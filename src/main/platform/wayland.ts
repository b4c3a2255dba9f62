/** Whether frames come through the desktop portal. Source: WebRTC's `DesktopCapturer::IsRunningUnderWayland`. */
export function isWayland(env: Readonly<Record<string, string | undefined>>): boolean {
  return env.XDG_SESSION_TYPE?.startsWith('wayland') === true && Boolean(env.WAYLAND_DISPLAY);
}

/**
 * Whether the app's windows use Wayland, where no app can place, raise or minimise a window. Electron 38 and later use
 * Wayland if the session does, unless a switch says otherwise.
 */
export function hasWaylandWindows(
  env: Readonly<Record<string, string | undefined>>,
  switchValue: (name: string) => string,
): boolean {
  return isWayland(env) && switchValue('ozone-platform') !== 'x11';
}

import { describe, expect, it } from 'vitest';
import {
  hasWaylandWindows,
  isWayland,
  macPermissions,
  type PermissionParts,
} from '../../../src/main/platform/permissions';

/** Electron's part, noting what it is asked. */
function electron(changes: { screen?: 'granted' | 'denied'; trusted?: boolean } = {}) {
  const calls: string[] = [];
  const parts: PermissionParts = {
    systemPreferences: {
      getMediaAccessStatus: (kind) =>
        kind === 'screen' ? (changes.screen ?? 'denied') : ('not-determined' as const),
      askForMediaAccess: async (kind) => calls.push(`ask ${kind}`) > 0,
      isTrustedAccessibilityClient: (prompt) => {
        if (prompt) calls.push('ask trust');
        return changes.trusted ?? false;
      },
    },
    desktopCapturer: {
      // macOS puts its question up, and lists nothing before it was answered.
      async getSources({ types }) {
        calls.push(`list ${types.join()}`);
        if (changes.screen !== 'granted') throw new Error('Failed to get sources.');
        return [];
      },
    },
    log: { info: () => undefined },
    shell: { openExternal: async (url) => void calls.push(url) },
  };
  return { calls, permissions: macPermissions(parts) };
}

describe('the permissions of Electron', () => {
  it('guard screen, input and microphone on macOS, and tell no refusal that macOS does not tell', () => {
    const { permissions, calls } = electron();
    expect(permissions.names.map((name) => [name, permissions.access(name)])).toEqual([
      ['screen', 'not-granted'],
      ['input', 'not-granted'],
      ['microphone', 'not-determined'],
    ]);
    expect(calls).toEqual([]);
    const given = electron({ screen: 'granted', trusted: true }).permissions;
    expect([given.access('screen'), given.access('input')]).toEqual(['granted', 'granted']);
  });

  it('put up the question of each', async () => {
    const { permissions, calls } = electron();
    for (const name of permissions.names) await permissions.request(name);
    expect(calls).toEqual(['list screen', 'ask trust', 'ask microphone']);
  });

  it('open the page of the settings of each', async () => {
    const { permissions, calls } = electron();
    for (const name of permissions.names) await permissions.openSettings(name);
    const pane = 'x-apple.systempreferences:com.apple.preference.security';
    expect(calls).toEqual([
      `${pane}?Privacy_ScreenCapture`,
      `${pane}?Privacy_Accessibility`,
      `${pane}?Privacy_Microphone`,
    ]);
  });

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

import { describe, expect, it } from 'vitest';
import { macPermissions, type PermissionParts } from '../../../src/main/platform/permissions';

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
});

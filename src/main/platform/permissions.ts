import type { DesktopCapturer, Shell, SystemPreferences } from 'electron';
import type { PermissionName } from '../../shared/permissions';
import type { Logger } from '../../shared/runtime';
import type { SystemPermissions } from '../permissionPort';

/** The only addresses beside https that the app ever hands to the system: macOS's own settings pages. */
const settingsPages: Readonly<Record<PermissionName, string>> = {
  screen: 'x-apple.systempreferences:com.apple.preference.security?Privacy_ScreenCapture',
  input: 'x-apple.systempreferences:com.apple.preference.security?Privacy_Accessibility',
  microphone: 'x-apple.systempreferences:com.apple.preference.security?Privacy_Microphone',
};

export type PermissionParts = {
  systemPreferences: Pick<
    SystemPreferences,
    'getMediaAccessStatus' | 'askForMediaAccess' | 'isTrustedAccessibilityClient'
  >;
  desktopCapturer: Pick<DesktopCapturer, 'getSources'>;
  shell: Pick<Shell, 'openExternal'>;
  log: Pick<Logger, 'info'>;
};

/** X11 and Windows guard nothing that an app could ask for, and Wayland asks by its portal at each recording. */
export const noPermissions: SystemPermissions = {
  names: [],
  access: () => 'unknown',
  request: async () => {},
  openSettings: async () => {},
};

/**
 * macOS guards screen, input and microphone. Source: Electron's `systemPreferences`; of the screen it knows `granted`
 * and `denied` only, and no call asks for it, so listing what can be recorded puts up the system's question. That listing
 * rejects, for the screen may not be recorded yet; `access` tells what came of the question.
 * @platform darwin
 */
export function macPermissions(parts: PermissionParts): SystemPermissions {
  const { systemPreferences, desktopCapturer, shell, log } = parts;
  return {
    names: ['screen', 'input', 'microphone'],
    access(name) {
      if (name === 'microphone') return systemPreferences.getMediaAccessStatus('microphone');
      if (name === 'input')
        return systemPreferences.isTrustedAccessibilityClient(false) ? 'granted' : 'not-granted';
      const status = systemPreferences.getMediaAccessStatus('screen');
      return status === 'denied' ? 'not-granted' : status;
    },
    async request(name) {
      if (name === 'microphone') await systemPreferences.askForMediaAccess('microphone');
      else if (name === 'input') systemPreferences.isTrustedAccessibilityClient(true);
      else
        await desktopCapturer
          .getSources({ types: ['screen'], thumbnailSize: { width: 1, height: 1 } })
          .catch((error: unknown) => log.info('screen asked for', { answer: String(error) }));
    },
    openSettings: (name) => shell.openExternal(settingsPages[name]),
  };
}

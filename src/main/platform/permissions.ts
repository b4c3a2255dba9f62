import type { DesktopCapturer, Shell, SystemPreferences } from 'electron';
import type { PermissionName } from '../../shared/permissions';
import type { Logger } from '../../shared/runtime';
import type { SystemPermissions } from '../permissionPort';

/** The only non-https addresses that the app opens through the system: macOS's settings pages. */
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

/** X11 and Windows have no permission that an app could request, and Wayland's portal asks at each recording. */
export const noPermissions: SystemPermissions = {
  names: [],
  access: () => 'unknown',
  request: async () => {},
  openSettings: async () => {},
};

/**
 * macOS guards screen, input and microphone. Source: Electron's `systemPreferences`. For the screen it reports only
 * `granted` and `denied`, and no call requests it: listing the sources shows the system's prompt. That listing rejects
 * because screen recording is not permitted yet; `access` reports the result of the prompt.
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

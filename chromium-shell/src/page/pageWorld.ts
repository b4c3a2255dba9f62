import { forbidUdp } from './peerConnections.ts';
import { replaceMember } from './replaceMember.ts';
import { WorldBridge } from './worldBridge.ts';

/**
 * The page's world, before any of its scripts: receives the APIs that the preload exposes, and calls the app's session
 * handlers where Chromium would prompt the user.
 */
type DisplayVerdict = {
  denied?: 'unsupported' | 'refused' | 'nothing-chosen';
  reason?: string;
  surface?: 'monitor' | 'window';
};
export type ShellHost = {
  askDisplayMedia(request: { video: boolean; audio: boolean; userGesture: boolean }): Promise<DisplayVerdict>;
  askPermission(permission: string, details: { mediaTypes?: string[] }): Promise<boolean>;
  checkPermission(permission: string): Promise<boolean>;
};

function refused(): DOMException {
  return new DOMException('Permission denied', 'NotAllowedError');
}

function wrapDisplayMedia(host: () => ShellHost): void {
  replaceMember(globalThis.MediaDevices?.prototype, 'getDisplayMedia', (native) => {
    return async function getDisplayMedia(this: MediaDevices, options: DisplayMediaStreamOptions = {}) {
      if (options.video === false)
        throw new TypeError("Failed to execute 'getDisplayMedia' on 'MediaDevices': video must be requested");
      const userGesture = navigator.userActivation.isActive;
      const verdict = await host().askDisplayMedia({
        video: true,
        audio: Boolean(options.audio),
        userGesture,
      });
      if (verdict.denied === 'unsupported') throw new DOMException('Not supported', 'NotSupportedError');
      // Chromium reports an answer without video as a failed capture.
      if (verdict.denied === 'nothing-chosen')
        throw new DOMException('Invalid capture constraints', 'AbortError');
      if (verdict.denied)
        throw verdict.reason ? new DOMException(verdict.reason, 'NotAllowedError') : refused();
      const video = typeof options.video === 'object' ? options.video : {};
      const whole = {
        ...options,
        video: { ...video, displaySurface: verdict.surface ?? 'monitor' },
        audio: false,
      };
      return native.call(this, whole as never);
    };
  });
}

function wrapUserMedia(host: () => ShellHost): void {
  replaceMember(globalThis.MediaDevices?.prototype, 'getUserMedia', (native) => {
    return async function getUserMedia(this: MediaDevices, constraints: MediaStreamConstraints = {}) {
      const mediaTypes = (['audio', 'video'] as const).filter((kind) => constraints[kind]);
      if (mediaTypes.length > 0 && !(await host().askPermission('media', { mediaTypes }))) throw refused();
      return native.call(this, constraints as never);
    };
  });
}

function wrapNotifications(host: () => ShellHost): void {
  replaceMember(globalThis.Notification, 'requestPermission', () => {
    return async () => ((await host().askPermission('notifications', {})) ? 'granted' : 'denied');
  });
}

function wrapGeolocation(host: () => ShellHost): void {
  const deniedCode = 1;
  replaceMember(globalThis.Geolocation?.prototype, 'getCurrentPosition', (native) => {
    return function (
      this: Geolocation,
      found: PositionCallback,
      failed?: PositionErrorCallback,
      options?: PositionOptions,
    ) {
      void host()
        .askPermission('geolocation', {})
        .then((granted) => {
          if (granted) native.call(this, ...([found, failed, options] as never[]));
          else failed?.({ code: deniedCode, message: 'User denied Geolocation' } as GeolocationPositionError);
        });
    };
  });
}

function wrapClipboard(host: () => ShellHost): void {
  const asked = {
    readText: 'clipboard-read',
    read: 'clipboard-read',
    writeText: 'clipboard-sanitized-write',
  };
  for (const [name, permission] of Object.entries(asked)) {
    replaceMember(globalThis.Clipboard?.prototype, name, (native) => {
      return async function (this: Clipboard, ...args: never[]) {
        if (!(await host().askPermission(permission, {}))) throw refused();
        return native.apply(this, args);
      };
    });
  }
}

const permissionOfQuery: Record<string, string> = { camera: 'media', microphone: 'media' };

function wrapPermissionQuery(host: () => ShellHost): void {
  replaceMember(globalThis.Permissions?.prototype, 'query', (native) => {
    return async function (this: Permissions, query: PermissionDescriptor) {
      const status = (await native.call(this, query as never)) as PermissionStatus;
      const allowed = await host().checkPermission(permissionOfQuery[query.name] ?? query.name);
      Object.defineProperty(status, 'state', { value: allowed ? 'granted' : 'denied' });
      return status;
    };
  });
}

/** Runs in the page; `pageScripts.ts` calls it by name, in text. @public */
export function enterPageWorld(secretEvent: string, mayUseUdp: boolean): void {
  let host: ShellHost | undefined;
  new WorldBridge('page', secretEvent, (offered) => {
    host = offered as ShellHost;
  });
  const theHost = () => {
    if (!host) throw new DOMException('Not supported', 'NotSupportedError');
    return host;
  };
  wrapDisplayMedia(theHost);
  wrapUserMedia(theHost);
  wrapNotifications(theHost);
  wrapGeolocation(theHost);
  wrapClipboard(theHost);
  wrapPermissionQuery(theHost);
  if (!mayUseUdp) forbidUdp();
}

import { app, session, type WebContents } from 'electron';
import { isOfOrigin } from './ownOrigin';
import { pageOrigin } from './pages';

/** The permissions that the capture page may request; every other page and permission is refused. */
const capturePermissions = new Set(['display-capture', 'media']);

/**
 * Denies by default: navigation away from the app's pages, new windows, embedded views, peer connections, and
 * permissions other than those of the capture page.
 */
export function lockDown(isCapturePage: (contents: WebContents | null) => boolean): void {
  app.on('web-contents-created', (_event, contents) => {
    const stayHome = (event: { preventDefault(): void; url?: string }, url: string) => {
      if (!isOfOrigin(url, pageOrigin)) event.preventDefault();
    };
    contents.on('will-navigate', (event) => stayHome(event, event.url));
    contents.on('will-redirect', (event) => stayHome(event, event.url));
    contents.on('will-attach-webview', (event) => event.preventDefault());
    // Without UDP, WebRTC needs a proxy, and no proxy answers: see `closeNetwork`.
    contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
  session.defaultSession.setPermissionRequestHandler((contents, permission, answer) => {
    answer(capturePermissions.has(permission) && isCapturePage(contents));
  });
  session.defaultSession.setPermissionCheckHandler(
    (contents, permission) => capturePermissions.has(permission) && isCapturePage(contents),
  );
}

import type Electron from 'electron';
import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { inBackground } from '../chromium/inBackground.ts';
import { mayCapture } from '../host/desktopCapturer.ts';
import { captureSurface } from '../host/windowSource.ts';
import { guardClass } from '../notImplemented.ts';
import { isWayland } from '../system.ts';
import { runTool } from '../x11/tools.ts';
import { windowManager } from '../x11/windowManager.ts';
import { ShellProtocol } from './protocol.ts';
import { appOrigin } from './schemeUrls.ts';

type RequestHandler = Parameters<Electron.Session['setPermissionRequestHandler']>[0];
type CheckHandler = Parameters<Electron.Session['setPermissionCheckHandler']>[0];
type DisplayHandler = Parameters<Electron.Session['setDisplayMediaRequestHandler']>[0];
type Implemented = Pick<
  Electron.Session,
  'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDisplayMediaRequestHandler'
>;

export type DisplayRequest = { video: boolean; audio: boolean; userGesture: boolean };
export type DisplayAnswer = {
  denied?: 'unsupported' | 'refused' | 'nothing-chosen';
  reason?: string;
  surface?: 'monitor' | 'window';
};

const sharingBarWatchMs = 3000;
const sharingBarIntervalMs = 20;

/** A window manager without the shell's rules shows Chrome's sharing bar; unmaps it as soon as it appears. */
async function hideSharingBar(): Promise<void> {
  const deadline = performance.now() + sharingBarWatchMs;
  while (performance.now() < deadline) {
    const found = await runTool('xdotool', 'search', '--name', 'is sharing your screen\\.$').catch(() => '');
    for (const id of found.split('\n').filter(Boolean)) await runTool('xdotool', 'windowunmap', id);
    if (found) return;
    await delay(sharingBarIntervalMs);
  }
}

export class ShellSession extends EventEmitter implements Implemented {
  readonly protocol = new ShellProtocol();
  #requestHandler: RequestHandler = null;
  #checkHandler: CheckHandler = null;
  #displayHandler: DisplayHandler = null;

  setPermissionRequestHandler(handler: RequestHandler): void {
    this.#requestHandler = handler;
  }

  setPermissionCheckHandler(handler: CheckHandler): void {
    this.#checkHandler = handler;
  }

  setDisplayMediaRequestHandler(
    handler: DisplayHandler,
    _options?: Electron.DisplayMediaRequestHandlerOpts,
  ): void {
    this.#displayHandler = handler;
  }

  /** Without a handler Electron grants everything, and so does the shell. @internal */
  askPermission(contents: Electron.WebContents, permission: string, details: object): Promise<boolean> {
    const handler = this.#requestHandler;
    if (!handler) return Promise.resolve(true);
    const requestingUrl = contents.getURL();
    const full = { requestingUrl, securityOrigin: appOrigin(requestingUrl), isMainFrame: true, ...details };
    return new Promise((resolve) => handler(contents, permission as 'media', resolve, full));
  }

  /** @internal */
  checkPermission(contents: Electron.WebContents, permission: string): boolean {
    if (!this.#checkHandler) return true;
    const requestingUrl = contents.getURL();
    const details = { requestingUrl, isMainFrame: true };
    return this.#checkHandler(contents, permission as 'media', appOrigin(requestingUrl), details);
  }

  /** Handles a getDisplayMedia call: the permission handler first, then the display media handler. @internal */
  async askDisplayMedia(contents: Electron.WebContents, request: DisplayRequest): Promise<DisplayAnswer> {
    if (!(await this.askPermission(contents, 'display-capture', {}))) return { denied: 'refused' };
    const handler = this.#displayHandler;
    if (!handler) return { denied: 'unsupported' };
    const full = {
      frame: contents.mainFrame,
      securityOrigin: appOrigin(contents.getURL()),
      videoRequested: request.video,
      audioRequested: request.audio,
      userGesture: request.userGesture,
    };
    const streams = await new Promise<Electron.Streams | null | undefined>((resolve) =>
      handler(full, (answer) => {
        resolve(answer);
        // Electron refuses the page's request and throws in the handler.
        if (answer && !answer.video)
          throw new TypeError('Video was requested, but no video stream was provided');
      }),
    );
    if (!streams?.video) return { denied: 'nothing-chosen' };
    const { id } = streams.video as { id?: string };
    if (!mayCapture(id)) return { denied: 'nothing-chosen' };
    if (!isWayland && !id?.startsWith(captureSurface === 'window' ? 'window:' : 'screen:')) {
      return { denied: 'refused', reason: `The Chromium shell does not capture ${id ?? 'frames'} just now.` };
    }
    if (!windowManager.hasAttic) inBackground(hideSharingBar());
    return { surface: captureSurface };
  }
}

guardClass(ShellSession, 'session');
export const defaultSession = new ShellSession();

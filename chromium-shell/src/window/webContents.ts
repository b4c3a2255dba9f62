import type Electron from 'electron';
import { EventEmitter } from 'node:events';
import type { CdpSession } from '../chromium/cdpPipe.ts';
import { inBackground } from '../chromium/inBackground.ts';
import { ShellNativeImage } from '../host/nativeImage.ts';
import { guardClass } from '../notImplemented.ts';
import { copyFromPage } from '../page/copyFromPage.ts';
import { PreventableEvent } from '../preventableEvent.ts';
import { defaultSession, type ShellSession } from '../session/session.ts';
import { toAppUrl, toChromiumUrl } from '../session/schemeUrls.ts';
import { platform, type ElectronPlatform } from '../system.ts';
import { IpcChannel } from './ipcChannel.ts';
import { NavigationGate } from './navigation.ts';
import { reportPageEvents } from './pageEvents.ts';
import { outgoingBinding, PageScripts, preloadWorldName } from './pageScripts.ts';
import { findRendererPid } from './rendererPid.ts';
import { ShellMainFrame } from './webFrame.ts';

type Implemented = Pick<
  Electron.WebContents,
  | 'id'
  | 'send'
  | 'isDestroyed'
  | 'getURL'
  | 'getTitle'
  | 'isLoading'
  | 'executeJavaScript'
  | 'setWindowOpenHandler'
  | 'capturePage'
  | 'reload'
  | 'openDevTools'
  | 'getOSProcessId'
  | 'forcefullyCrashRenderer'
  | 'setBackgroundThrottling'
  | 'getWebRTCIPHandlingPolicy'
  | 'setWebRTCIPHandlingPolicy'
>;

/** The system that a page sees. */
const userAgents: Partial<Record<ElectronPlatform, { userAgent: string; platform: string }>> = {
  darwin: { userAgent: agentOf('Macintosh; Intel Mac OS X 10_15_7'), platform: 'MacIntel' },
  win32: { userAgent: agentOf('Windows NT 10.0; Win64; x64'), platform: 'Win32' },
};

function agentOf(os: string): string {
  return `Mozilla/5.0 (${os}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome Safari/537.36`;
}

type WebRtcPolicy = Parameters<Electron.WebContents['setWebRTCIPHandlingPolicy']>[0];
type OpenHandler = Parameters<Electron.WebContents['setWindowOpenHandler']>[0];
type Evaluated = {
  result: { value?: unknown };
  exceptionDetails?: { text: string; exception?: { description?: string } };
};

let lastId = 0;

/** A page. Its CDP session is attached when its window has opened; earlier calls wait for it. */
export class ShellWebContents extends EventEmitter implements Implemented {
  readonly id = ++lastId;
  readonly #frame = new ShellMainFrame();
  readonly #scripts: PageScripts;
  readonly #ipc: IpcChannel;
  #cdp: CdpSession | undefined;
  #gate: NavigationGate | undefined;
  #openHandler: OpenHandler | undefined;
  #rendererPid = 0;
  #frameId = '';
  /** CDP's id of the page, by which test tools find its window. @internal */
  targetId = '';
  /** @internal */
  title = '';
  /** @internal */
  isBusy = false;
  /** Its process exited, and nothing was loaded since. @internal */
  hasCrashed = false;

  constructor(preferences: Electron.WebPreferences) {
    super();
    this.#scripts = new PageScripts(preferences.preload, preferences.additionalArguments ?? []);
    this.#ipc = new IpcChannel(this as unknown as Electron.WebContents);
  }

  /** Stored only; the shell has no zoom. */
  zoomMode: ReturnType<Electron.WebContents['getZoomMode']> = 'default';

  getZoomMode(): ReturnType<Electron.WebContents['getZoomMode']> {
    return this.zoomMode;
  }

  setZoomMode(mode: Parameters<Electron.WebContents['setZoomMode']>[0]): void {
    this.zoomMode = mode;
  }

  getWebRTCIPHandlingPolicy(): string {
    return this.#scripts.webRtcPolicy;
  }

  /** Takes effect with the next load. */
  setWebRTCIPHandlingPolicy(policy: WebRtcPolicy): void {
    if (policy !== 'default' && policy !== 'disable_non_proxied_udp')
      throw new Error(`The WebRTC policy ${policy} is not implemented in the Chromium shell`);
    this.#scripts.webRtcPolicy = policy;
  }

  get session(): ShellSession {
    return defaultSession;
  }

  get mainFrame(): Electron.WebFrameMain {
    return this.#frame as unknown as Electron.WebFrameMain;
  }

  /** Takes over a newly opened, blank page. @internal */
  async attach(cdp: CdpSession, targetId: string): Promise<void> {
    this.#cdp = cdp;
    this.targetId = targetId;
    await Promise.all([cdp.send('Page.enable'), cdp.send('Inspector.enable')]);
    const { frameTree } = await cdp.send<{ frameTree: { frame: { id: string } } }>('Page.getFrameTree');
    const frameId = (this.#frameId = frameTree.frame.id);
    this.#gate = new NavigationGate(cdp, frameId, this.session.protocol, (kind, url) =>
      this.#judge(kind, url),
    );
    await this.#gate.open();
    this.#ipc.attach(cdp, frameId);
    reportPageEvents(this, cdp, frameId);
    if (userAgents[platform]) await cdp.send('Emulation.setUserAgentOverride', userAgents[platform]);
    await cdp.send('Runtime.enable');
    await cdp.send('Runtime.addBinding', { name: outgoingBinding, executionContextName: preloadWorldName });
    await this.#installScripts();
  }

  async #installScripts(): Promise<void> {
    await this.#scripts.install(this.#cdp!).catch((error: NodeJS.ErrnoException) => {
      if (!error.code) throw error; // not caused by the file
      process.stderr.write(`Unable to load preload script: ${error.message}\n`);
      this.emit('preload-error', {}, error.message, error);
    });
  }

  /** Rejects as Electron does: "ERR_… (code) loading 'url'". @internal */
  async load(url: string): Promise<void> {
    const cdp = this.#cdp!;
    // A crashed page does not answer before it is reloaded; its scripts are already installed.
    if (!this.hasCrashed) await this.#installScripts();
    this.hasCrashed = false;
    this.isBusy = true;
    this.emit('did-start-loading');
    const finished = new Promise<void>((resolve) => {
      this.once('did-finish-load', resolve);
      this.once('destroyed', resolve);
    });
    this.#gate!.expectNavigation();
    const { errorText } = await cdp.send<{ errorText?: string }>('Page.navigate', {
      url: toChromiumUrl(url),
    });
    if (errorText) this.#failLoad(url, errorText);
    await finished;
  }

  #failLoad(url: string, errorText: string): never {
    this.#gate!.forgetNavigation();
    this.isBusy = false;
    const code = errorText.replace('net::', '');
    const errno = code === 'ERR_ABORTED' ? -3 : -2;
    this.emit('did-fail-load', {}, errno, code, url, true);
    throw Object.assign(new Error(`${code} (${errno}) loading '${url}'`), { code, errno, url });
  }

  /** Called for the window's events, with Chromium's own URL. @internal */
  navigated(chromiumUrl: string, isSameDocument: boolean): void {
    this.#frame.navigated(toAppUrl(chromiumUrl));
    if (isSameDocument) this.emit('did-navigate-in-page', {}, this.#frame.url, true);
    else this.emit('did-navigate', {}, this.#frame.url, 200, 'OK');
  }

  /** Runs after each load, because the renderer may have changed. @internal */
  async noteRenderer(): Promise<void> {
    this.#rendererPid = await findRendererPid(this.#cdp!);
  }

  /** @internal */
  closed(): void {
    this.#frame.isGone = true;
    this.emit('destroyed');
  }

  /** Whether a beforeunload dialog belongs to a navigation and not to the window's closing. @internal */
  get isLeavingPage(): boolean {
    return this.#gate?.isPageLeaving ?? false;
  }

  /** @internal */
  guardClose(isGuarded: boolean): Promise<void> {
    return this.#ipc.call('guardClose', isGuarded);
  }

  #judge(kind: 'will-navigate' | 'will-redirect', url: string): boolean {
    const details = {
      url,
      isMainFrame: true,
      isSameDocument: false,
      frame: this.mainFrame,
      initiator: this.mainFrame,
    };
    const event = Object.assign(new PreventableEvent(), details);
    this.emit(kind, event, url, false, true);
    return !event.defaultPrevented;
  }

  /** Calls the app's handler for a page's window.open; the shell itself never opens one. @internal */
  openRequested(url: string): void {
    const details = { url: toAppUrl(url), frameName: '', features: '', disposition: 'foreground-tab' };
    const answer = this.#openHandler?.(details as Electron.HandlerDetails);
    if (answer?.action !== 'deny') {
      process.stderr.write(
        `Chromium shell: refused to open a window for ${details.url}; opening by pages is not implemented.\n`,
      );
    }
  }

  send(channel: string, ...args: unknown[]): void {
    this.#ipc.sendEvent(channel, args);
  }

  isDestroyed(): boolean {
    return this.#frame.isGone;
  }

  getURL(): string {
    return this.#frame.url;
  }

  getTitle(): string {
    return this.title;
  }

  isLoading(): boolean {
    return this.isBusy;
  }

  /** Whether the page has loaded and can answer. @internal */
  get isReady(): boolean {
    return this.#rendererPid !== 0 && !this.isBusy && !this.hasCrashed && !this.isDestroyed();
  }

  /** 0 until the page has loaded. */
  getOSProcessId(): number {
    return this.#rendererPid;
  }

  forcefullyCrashRenderer(): void {
    if (this.#rendererPid === 0 || this.hasCrashed) return;
    try {
      process.kill(this.#rendererPid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler;
  }

  /** Pages are never throttled here. */
  setBackgroundThrottling(_isAllowed: boolean): void {}

  reload(): void {
    this.#gate?.expectNavigation();
    inBackground(this.#installScripts().then(async () => this.#cdp?.send('Page.reload')));
  }

  openDevTools(): void {
    process.stderr.write('Chromium shell: connect developer tools to the remote debugging port instead.\n');
  }

  executeJavaScript(code: string, userGesture = false): Promise<unknown> {
    return this.#evaluate('Runtime.evaluate', { expression: code, userGesture });
  }

  /**
   * Copies text to the system's clipboard, in the shell's own world: the page's scripts do not see the text. @internal
   */
  async copyText(text: string): Promise<void> {
    const cdp = this.#cdp!;
    const world = { frameId: this.#frameId, worldName: 'Chromium Shell Clipboard' };
    const created = await cdp.send<{ executionContextId: number }>('Page.createIsolatedWorld', world);
    const isCopied = await this.#evaluate('Runtime.callFunctionOn', {
      ...created,
      functionDeclaration: copyFromPage.toString(),
      arguments: [{ value: text }],
      userGesture: true,
    });
    if (!isCopied) throw new Error('Chromium refused it');
  }

  async #evaluate(method: string, params: object): Promise<unknown> {
    const answer = { returnByValue: true, awaitPromise: true };
    const { result, exceptionDetails } = await this.#cdp!.send<Evaluated>(method, { ...params, ...answer });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  async capturePage(): Promise<Electron.NativeImage> {
    const { data } = await this.#cdp!.send<{ data: string }>('Page.captureScreenshot', { format: 'png' });
    return new ShellNativeImage(Buffer.from(data, 'base64')) as unknown as Electron.NativeImage;
  }
}

guardClass(ShellWebContents, 'webContents');

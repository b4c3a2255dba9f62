import type Electron from 'electron';
import { EventEmitter } from 'node:events';
import { app } from '../app/app.ts';
import type { CdpSession } from '../chromium/cdpPipe.ts';
import { chromium } from '../chromium/chromium.ts';
import { inBackground } from '../chromium/inBackground.ts';
import { nativeTheme } from '../host/nativeTheme.ts';
import { screen } from '../host/screen.ts';
import { guardClass } from '../notImplemented.ts';
import { PreventableEvent } from '../preventableEvent.ts';
import { isWayland } from '../system.ts';
import { followTarget } from './followTarget.ts';
import type { OpenedWindow } from './opening.ts';
import { windowRegistry } from './registry.ts';
import { WindowSurface } from './surface.ts';
import { ShellWebContents } from './webContents.ts';

let lastId = 0;

function initialBounds(options: Electron.BrowserWindowConstructorOptions): Electron.Rectangle {
  const { width = 800, height = 600 } = options;
  const area = screen.getPrimaryDisplay().workArea;
  const [givenX, givenY] = isWayland ? [] : [options.x, options.y];
  const x = givenX ?? area.x + Math.max(0, (area.width - width) >> 1);
  const y = givenY ?? area.y + Math.max(0, (area.height - height) >> 1);
  return { x, y, width, height };
}

function refuseUnsafePages({ nodeIntegration, contextIsolation, sandbox }: Electron.WebPreferences): void {
  if (nodeIntegration || contextIsolation === false || sandbox === false) {
    throw new Error('The Chromium shell has only sandboxed, context-isolated pages without Node.');
  }
}

/** A window's life cycle from opening to closing; BrowserWindow shows and places it. */
export abstract class WindowLife extends EventEmitter {
  readonly id = ++lastId;
  protected readonly contents: ShellWebContents;
  protected readonly surface: WindowSurface;
  protected readonly options: Electron.BrowserWindowConstructorOptions;
  protected readonly ready: Promise<void>;
  /** The last requested bounds; the surface's bounds follow them. */
  protected wantedBounds: Electron.Rectangle;
  protected isShown: boolean;
  protected isOnTop: boolean;
  #isClosing = false;
  #isGone = false;
  #wasReadyToShow = false;

  abstract show(): void;

  constructor(options: Electron.BrowserWindowConstructorOptions = {}) {
    super();
    if (!app.isStarted) throw new Error('Cannot create BrowserWindow before app is ready');
    refuseUnsafePages(options.webPreferences ?? {});
    this.options = options;
    this.wantedBounds = initialBounds(options);
    this.isShown = options.show !== false;
    this.isOnTop = !isWayland && (options.alwaysOnTop ?? false);
    this.contents = new ShellWebContents(options.webPreferences ?? {});
    this.surface = new WindowSurface(this.wantedBounds, options.frame === false);
    windowRegistry.add(this as never);
    this.ready = this.#open();
    this.ready.catch((error: Error) => {
      if (!this.#isGone) process.stderr.write(`Chromium shell: a window did not open: ${error.message}\n`);
      this.lost();
    });
    app.emit('browser-window-created', {}, this);
    app.emit('web-contents-created', {}, this.contents);
  }

  get webContents(): Electron.WebContents {
    return this.contents as unknown as Electron.WebContents;
  }

  isDestroyed(): boolean {
    return this.#isGone;
  }

  async #open(): Promise<void> {
    const opened = await this.surface.opened;
    this.contents.title = this.options.title ?? app.getName();
    const unfollow = followTarget(opened, {
      titled: (title) => this.#titled(title),
      crashed: (status, errorCode) => this.#crashed(status, errorCode),
      detached: () => this.#closed(),
      closeAsked: () => this.#answerUserClose(),
    });
    this.once('closed', unfollow);
    await this.contents.attach(opened.cdp, opened.targetId);
    await nativeTheme.applyTo(opened.cdp);
    this.once('closed', () => nativeTheme.release(opened.cdp));
    await this.#setInitialState(opened);
    this.contents.on('dom-ready', () => inBackground(this.#guardUserClose(opened.cdp)));
    this.contents.on('did-finish-load', () => this.#emitReadyToShow());
    if (this.isShown) this.show();
  }

  async #setInitialState({ xWindow }: OpenedWindow): Promise<void> {
    await this.surface.setBounds(this.wantedBounds);
    if (this.options.skipTaskbar || !this.isShown) await xWindow.setState('add', 'skip_taskbar');
    if (this.isOnTop) await xWindow.setState('add', 'above');
    if (!this.isShown) await xWindow.hide();
  }

  #titled(title: string): void {
    if (!title || title === this.contents.title) return;
    this.contents.title = title;
    this.emit('page-title-updated', {}, title, true);
  }

  #crashed(status: string, errorCode: number): void {
    const reason = status === 'killed' ? 'killed' : status === 'oom' ? 'oom' : 'crashed';
    this.contents.hasCrashed = true;
    this.contents.emit('render-process-gone', {}, { reason, exitCode: errorCode });
  }

  #emitReadyToShow(): void {
    if (this.#wasReadyToShow) return;
    this.#wasReadyToShow = true;
    this.emit('ready-to-show', {});
  }

  /**
   * Chromium reports the close button only through the page's beforeunload, and only for pages that had user input.
   * While the app listens to `close`, every page counts as used and answers beforeunload.
   */
  async #guardUserClose(cdp: CdpSession): Promise<void> {
    const isGuarded = this.listenerCount('close') > 0;
    await this.contents.guardClose(isGuarded);
    if (!isGuarded) return;
    await cdp.send('Runtime.evaluate', { expression: '0', userGesture: true });
  }

  /** True lets the window close. */
  #answerUserClose(): boolean {
    return this.contents.isLeavingPage || this.#isClosing || this.#askClose();
  }

  #askClose(): boolean {
    const event = new PreventableEvent();
    this.emit('close', event);
    return !event.defaultPrevented;
  }

  close(): void {
    if (this.#isGone || this.#isClosing) return;
    if (this.#askClose()) this.destroy();
    else windowRegistry.closeRefused();
  }

  destroy(): void {
    if (this.#isGone || this.#isClosing) return;
    this.#isClosing = true;
    void this.surface.opened
      .then(({ targetId }) => chromium.browser.send('Target.closeTarget', { targetId }))
      .catch(() => this.#closed());
  }

  /** Chromium has exited. @internal */
  lost(): void {
    this.#isClosing = true;
    this.#closed();
  }

  #closed(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.surface.gone();
    this.contents.closed();
    windowRegistry.forget(this as never);
    this.emit('closed');
    this.removeAllListeners();
    windowRegistry.announceRemoval();
  }
}

guardClass(WindowLife, 'BrowserWindow');

import type Electron from 'electron';
import { app } from '../app/app.ts';
import type { XWindow } from '../x11/xWindow.ts';
import { isWayland, platform } from '../system.ts';
import { windowManager } from '../x11/windowManager.ts';
import { windowRegistry } from './registry.ts';
import { WindowLife } from './windowLife.ts';

type Implemented = Pick<
  Electron.BrowserWindow,
  | 'id'
  | 'loadURL'
  | 'show'
  | 'showInactive'
  | 'hide'
  | 'close'
  | 'destroy'
  | 'minimize'
  | 'restore'
  | 'focus'
  | 'isDestroyed'
  | 'isVisible'
  | 'isMinimized'
  | 'isFocused'
  | 'isAlwaysOnTop'
  | 'getBounds'
  | 'getContentBounds'
  | 'setBounds'
  | 'getTitle'
  | 'setTitle'
  | 'setContentProtection'
  | 'setAlwaysOnTop'
  | 'setVisibleOnAllWorkspaces'
  | 'setSkipTaskbar'
  | 'moveTop'
  | 'removeMenu'
  | 'setMenuBarVisibility'
>;

/** Wayland does not report that a window is minimised; without a window manager no window can be. */
const tellsMinimized = () => !isWayland && !windowManager.isAbsent;

/** Wayland does not report window positions. */
const unknownPlace = () => (isWayland ? { x: 0, y: 0 } : {});

export class ShellBrowserWindow extends WindowLife implements Implemented {
  #isFocused = false;
  #isMinimizeWanted = false;
  #isSticky = false;
  /** Minimised on Wayland, which does not report it. */
  #isIconic = false;

  static getAllWindows(): ShellBrowserWindow[] {
    return windowRegistry.all() as unknown as ShellBrowserWindow[];
  }

  static getFocusedWindow(): ShellBrowserWindow | null {
    return this.getAllWindows().find((window) => window.isFocused()) ?? null;
  }

  static fromId(id: number): ShellBrowserWindow | null {
    return this.getAllWindows().find((window) => window.id === id) ?? null;
  }

  static fromWebContents(contents: unknown): ShellBrowserWindow | null {
    return this.getAllWindows().find((window) => (window.contents as unknown) === contents) ?? null;
  }

  constructor(options: Electron.BrowserWindowConstructorOptions = {}) {
    super(options);
    const { surface } = this;
    surface.on('minimized', () => this.#minimized(true));
    surface.on('restored', () => this.#minimized(false));
    surface.on('moved', () => this.#moved());
    surface.on('resized', () => this.#resized());
    surface.on('focus', () => this.#setFocused(true));
    surface.on('blur', () => this.#setFocused(false));
  }

  async loadURL(url: string): Promise<void> {
    await this.ready;
    await this.contents.load(url);
  }

  show(): void {
    if (this.#isIconic && this.isShown) return; // minimised on Wayland: only hide() and show() restore it
    this.isShown = true;
    void this.#run(async (window) => {
      await this.#reveal(window);
      await window.activate();
      this.emit('show', {});
    });
  }

  showInactive(): void {
    if (isWayland) return this.show(); // the compositor focuses a new window
    this.isShown = true;
    void this.#run(async (window) => {
      await this.#reveal(window);
      this.emit('show', {});
    });
  }

  async #reveal(window: XWindow): Promise<void> {
    await window.reveal();
    if (this.#isSticky) await window.setState('add', 'sticky');
    await this.surface.setBounds(this.wantedBounds);
    // A window manager forgets the state of an unmapped window.
    if (this.isOnTop) await window.setState('add', 'above');
    await window.setState(this.options.skipTaskbar ? 'add' : 'remove', 'skip_taskbar');
  }

  hide(): void {
    this.isShown = false;
    if (this.#isIconic) void this.#run(() => this.surface.setMinimized(false));
    this.#isIconic = false;
    void this.#run(async (window) => {
      await window.setState('add', 'skip_taskbar');
      if (this.#isSticky) await window.setState('remove', 'sticky');
      await window.hide();
      this.#setFocused(false);
      this.emit('hide', {});
    });
  }

  focus(): void {
    if (isWayland && !ShellBrowserWindow.getFocusedWindow()) return; // the desktop shows a hint at most
    void this.#run((window) => window.activate());
  }

  minimize(): void {
    this.#isIconic = isWayland;
    this.#isMinimizeWanted = tellsMinimized();
    if (windowManager.isAbsent) return;
    void this.#run(() => this.surface.setMinimized(true));
  }

  restore(): void {
    if (isWayland) return;
    this.#isMinimizeWanted = false;
    void this.#run(async (window) => {
      await this.surface.setMinimized(false);
      await window.activate();
    });
  }

  isVisible(): boolean {
    return !this.isDestroyed() && this.isShown && !this.isMinimized();
  }

  isMinimized(): boolean {
    return this.#isMinimizeWanted;
  }

  isFocused(): boolean {
    return this.#isFocused;
  }

  isAlwaysOnTop(): boolean {
    return this.isOnTop;
  }

  setAlwaysOnTop(isOnTop: boolean): void {
    if (isWayland) return;
    this.isOnTop = isOnTop;
    void this.#run((window) => window.setState(isOnTop ? 'add' : 'remove', 'above'));
  }

  /** The window including its frame. */
  getBounds(): Electron.Rectangle {
    return { ...this.wantedBounds, ...unknownPlace() };
  }

  /** The page's bounds. */
  getContentBounds(): Electron.Rectangle {
    return { ...this.surface.content, ...unknownPlace() };
  }

  setBounds(bounds: Partial<Electron.Rectangle>): void {
    const { x, y } = this.wantedBounds;
    this.wantedBounds = { ...this.wantedBounds, ...bounds, ...(isWayland ? { x, y } : {}) };
    const wanted = this.wantedBounds;
    void this.#run(() => this.surface.setBounds(wanted));
  }

  getTitle(): string {
    return this.contents.title;
  }

  setTitle(title: string): void {
    this.contents.title = title;
    void this.#run((window) => window.setTitle(title));
  }

  setVisibleOnAllWorkspaces(isVisible: boolean): void {
    if (isWayland || platform === 'win32') return; // does nothing there
    this.#isSticky = isVisible;
    // Making a hidden window sticky would show it, because sticky windows are on every desktop.
    void this.#run(async (window) => {
      if (this.isShown) await window.setState(isVisible ? 'add' : 'remove', 'sticky');
    });
  }

  setSkipTaskbar(skip: boolean): void {
    this.options.skipTaskbar = skip;
    void this.#run((window) => window.setState(skip ? 'add' : 'remove', 'skip_taskbar'));
  }

  moveTop(): void {
    if (isWayland) return;
    void this.#run((window) => window.raise());
  }

  /** X11 cannot exclude a window from capture; Electron on Linux does nothing either. */
  setContentProtection(_isProtected: boolean): void {}

  /** The shell's windows have no menu bar. */
  removeMenu(): void {}
  setMenuBarVisibility(_isVisible: boolean): void {}

  #run(operation: Parameters<typeof this.surface.run>[0]): Promise<void> {
    // Applies the initial state before later requests.
    return this.ready.then(
      () => this.surface.run(operation),
      () => undefined,
    );
  }

  #setFocused(isFocused: boolean): void {
    if (this.#isFocused === isFocused) return;
    this.#isFocused = isFocused;
    this.emit(isFocused ? 'focus' : 'blur', {});
    app.emit(isFocused ? 'browser-window-focus' : 'browser-window-blur', {}, this);
  }

  #minimized(isMinimized: boolean): void {
    if (!this.isShown || !tellsMinimized()) return; // hiding a window is not minimising it
    this.#isMinimizeWanted = isMinimized;
    this.emit(isMinimized ? 'minimize' : 'restore', {});
  }

  /** The user or the window manager changed the window: the wanted bounds follow, unless an operation is pending. */
  #follow(): void {
    if (!this.surface.isBusy) this.wantedBounds = this.surface.bounds;
  }

  #moved(): void {
    if (isWayland || !this.isShown || this.isMinimized()) return;
    this.#follow();
    this.emit('move', {});
  }

  #resized(): void {
    if (!this.isShown) return;
    const { resizable = true, minWidth = 0, minHeight = 0 } = this.options;
    const { width, height } = this.surface.bounds;
    const isTooSmall = width < minWidth || height < minHeight;
    if (isTooSmall) {
      this.setBounds({ width: Math.max(width, minWidth), height: Math.max(height, minHeight) });
      return;
    }
    if (!resizable && (width !== this.wantedBounds.width || height !== this.wantedBounds.height)) {
      this.setBounds({});
      return;
    }
    this.#follow();
    this.emit('resize', {});
  }
}

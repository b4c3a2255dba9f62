import type { Rectangle } from 'electron';
import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium } from '../chromium/chromium.ts';
import type { FrameExtents, XWindow } from '../x11/xWindow.ts';
import { XWindowWatcher } from '../x11/xWindowWatcher.ts';
import { openWindow, type OpenedWindow } from './opening.ts';

type Geometry = { x?: number; y?: number; width: number; height: number };

const placingAttempts = 4;
const placingPauseMs = 20;

function isSame(a: Rectangle, b: Rectangle): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}

/**
 * A window as Chromium and the X server see it. Its operations run one after another, in call order. Emits `moved`,
 * `resized`, `minimized`, `restored`, `focus` and `blur`, with `content` up to date.
 */
export class WindowSurface extends EventEmitter {
  readonly opened: Promise<OpenedWindow>;
  /** The page's bounds, without the frame. */
  content: Rectangle;
  /** Zero for a frameless window, even if the window manager draws a frame. */
  frame: FrameExtents = { left: 0, right: 0, top: 0, bottom: 0 };
  readonly #isFrameless: boolean;
  isMinimized = false;
  #xWindow: XWindow | undefined;
  #windowId = 0;
  #watcher: XWindowWatcher | undefined;
  #lastOperation: Promise<unknown>;
  #isGone = false;
  #pending = 0;

  constructor(bounds: Rectangle, isFrameless: boolean) {
    super();
    this.content = { ...bounds };
    this.#isFrameless = isFrameless;
    this.opened = openWindow(isFrameless).then(async (opened) => {
      this.#xWindow = opened.xWindow;
      this.#windowId = opened.windowId;
      if (isFrameless) await opened.xWindow.removeFrame();
      this.frame = await this.#frameOf(opened.xWindow);
      this.#watch(opened.xWindow);
      return opened;
    });
    this.#lastOperation = this.opened.catch(() => undefined);
  }

  /** Queues an operation on the opened window; ignores failures after the window closed. */
  run(operation: (window: XWindow) => Promise<unknown>): Promise<void> {
    this.#pending += 1;
    const done = this.#lastOperation.then(async () => {
      this.#pending -= 1;
      if (this.#isGone || !this.#xWindow) return;
      await operation(this.#xWindow).catch((error: Error) => {
        if (!this.#isGone) process.stderr.write(`Chromium shell: ${error.message}\n`);
      });
    });
    this.#lastOperation = done;
    return done;
  }

  /** Whether operations are pending, so that the current state is not the wanted one. */
  get isBusy(): boolean {
    return this.#pending > 0;
  }

  /** Reads the window's actual bounds; events before the watcher's start are missed. */
  async settle(): Promise<void> {
    this.frame = await this.#frameOf(this.#xWindow!);
    this.#onGeometry(await this.#xWindow!.contentBounds());
  }

  /** The frame's outer rectangle. */
  get bounds(): Rectangle {
    const { x, y, width, height } = this.content;
    const { left, right, top, bottom } = this.frame;
    return { x: x - left, y: y - top, width: width + left + right, height: height + top + bottom };
  }

  /**
   * `bounds` is the outer rectangle. Chromium may still move a window that was just mapped, so the bounds are read and
   * set again; a different choice of the window manager is accepted.
   */
  async setBounds(bounds: Rectangle): Promise<void> {
    for (let attempt = 0; attempt < placingAttempts; attempt++) {
      const { left, right, top, bottom } = this.frame;
      await this.#xWindow!.place(
        bounds.x,
        bounds.y,
        bounds.width - left - right,
        bounds.height - top - bottom,
      );
      await delay(placingPauseMs);
      await this.settle();
      if (isSame(this.bounds, bounds)) return;
    }
  }

  async setMinimized(isMinimized: boolean): Promise<void> {
    const bounds = { windowState: isMinimized ? 'minimized' : 'normal' };
    await chromium.browser.send('Browser.setWindowBounds', { windowId: this.#windowId, bounds });
  }

  async #frameOf(xWindow: XWindow): Promise<FrameExtents> {
    return this.#isFrameless ? this.frame : xWindow.frameExtents();
  }

  gone(): void {
    this.#isGone = true;
    this.#watcher?.stop();
  }

  #watch(xWindow: XWindow): void {
    const watcher = new XWindowWatcher(xWindow.id);
    this.#watcher = watcher;
    watcher.on('geometry', (geometry: Geometry) => this.#onGeometry(geometry));
    watcher.on('state', () => void this.#readState(xWindow));
    watcher.on('focus', () => this.emit('focus'));
    watcher.on('blur', () => this.emit('blur'));
  }

  #onGeometry(geometry: Geometry): void {
    const before = this.content;
    this.content = { ...before, ...geometry };
    if (this.content.width !== before.width || this.content.height !== before.height) this.emit('resized');
    if (this.content.x !== before.x || this.content.y !== before.y) this.emit('moved');
  }

  async #readState(xWindow: XWindow): Promise<void> {
    const [isMinimized, frame] = await Promise.all([xWindow.isMinimized(), this.#frameOf(xWindow)]).catch(
      () => [this.isMinimized, this.frame] as const, // the window closed meanwhile
    );
    if (this.#isGone) return;
    this.frame = frame;
    if (isMinimized === this.isMinimized) return;
    this.isMinimized = isMinimized;
    this.emit(isMinimized ? 'minimized' : 'restored');
  }
}

import type Electron from 'electron';
import { execFileSync } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { createInterface } from 'node:readline';
import { inBackground } from '../chromium/inBackground.ts';
import { guardClass } from '../notImplemented.ts';
import { isWayland } from '../system.ts';
import { runTool, spawnBound } from '../x11/tools.ts';

type Implemented = Pick<
  Electron.Screen,
  | 'getAllDisplays'
  | 'getPrimaryDisplay'
  | 'getDisplayNearestPoint'
  | 'getDisplayMatching'
  | 'getCursorScreenPoint'
  | 'dipToScreenPoint'
  | 'dipToScreenRect'
  | 'screenToDipPoint'
  | 'screenToDipRect'
>;

const displayId = 0;

function sizeFrom(xdpyinfo: string): Electron.Size {
  const found = /dimensions:\s+(\d+)x(\d+) pixels/.exec(xdpyinfo);
  if (!found) throw new Error('xdpyinfo did not tell the size of the screen.');
  return { width: Number(found[1]), height: Number(found[2]) };
}

/** The whole X screen as one display of scale 1, regardless of its monitors, because that is the capturable source. */
export class ShellScreen extends EventEmitter implements Implemented {
  #size: Electron.Size = { width: 0, height: 0 };
  #reading: Promise<void> = Promise.resolve();

  /** Reads the size and tracks it: window managers announce a new one on the root window. @internal */
  async start(): Promise<void> {
    this.#size = sizeFrom(await runTool('xdpyinfo'));
    const args = ['-root', '-spy', '_NET_DESKTOP_GEOMETRY', '_NET_WORKAREA'];
    const spy = spawnBound('xprop', args, { stdio: ['ignore', 'pipe', 'ignore'] });
    spy.unref();
    process.once('exit', () => spy.kill('SIGKILL'));
    createInterface({ input: spy.stdout! }).on('line', () => {
      // One at a time: a late answer would restore an old size.
      const reading = this.#reading.then(() => this.#readSize());
      inBackground(reading);
      this.#reading = reading.catch(() => {});
    });
  }

  async #readSize(): Promise<void> {
    const size = sizeFrom(await runTool('xdpyinfo'));
    if (size.width === this.#size.width && size.height === this.#size.height) return;
    this.#size = size;
    this.emit('display-metrics-changed', {}, this.getPrimaryDisplay(), ['bounds', 'workArea']);
  }

  getPrimaryDisplay(): Electron.Display {
    const bounds = { x: 0, y: 0, ...this.#size };
    const display = {
      id: displayId,
      label: process.env.DISPLAY ?? '',
      bounds,
      workArea: { ...bounds },
      size: { ...this.#size },
      workAreaSize: { ...this.#size },
      nativeOrigin: { x: 0, y: 0 },
      scaleFactor: 1,
      rotation: 0,
      internal: false,
      detected: true,
      colorDepth: 24,
      touchSupport: 'unknown',
    };
    return display as unknown as Electron.Display;
  }

  getAllDisplays(): Electron.Display[] {
    return [this.getPrimaryDisplay()];
  }

  getDisplayNearestPoint(_point: Electron.Point): Electron.Display {
    return this.getPrimaryDisplay();
  }

  getDisplayMatching(_rect: Electron.Rectangle): Electron.Display {
    return this.getPrimaryDisplay();
  }

  getCursorScreenPoint(): Electron.Point {
    if (isWayland) return { x: 0, y: 0 }; // Wayland does not report the pointer's position
    const found = /x:(-?\d+) y:(-?\d+)/.exec(
      execFileSync('xdotool', ['getmouselocation'], { encoding: 'utf8' }),
    );
    return { x: Number(found?.[1] ?? 0), y: Number(found?.[2] ?? 0) };
  }

  dipToScreenPoint(point: Electron.Point): Electron.Point {
    return { ...point };
  }

  dipToScreenRect(_window: Electron.BrowserWindow | null, rect: Electron.Rectangle): Electron.Rectangle {
    return { ...rect };
  }

  screenToDipPoint(point: Electron.Point): Electron.Point {
    return { ...point };
  }

  screenToDipRect(_window: Electron.BrowserWindow | null, rect: Electron.Rectangle): Electron.Rectangle {
    return { ...rect };
  }
}

guardClass(ShellScreen, 'screen', {
  dipToScreenPoint: ['win32', 'linux'],
  screenToDipPoint: ['win32', 'linux'],
  dipToScreenRect: ['win32'],
  screenToDipRect: ['win32'],
});
export const screen = new ShellScreen();

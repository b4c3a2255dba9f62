import { EventEmitter } from 'node:events';
import { createInterface } from 'node:readline';
import { spawnBound } from './tools.ts';

/** Emits `geometry` {x?, y?, width, height}, `state` (a window manager's property changed), `focus` and `blur`. */
export class XWindowWatcher extends EventEmitter {
  readonly #stop: () => void;
  #heading = '';
  #isSynthetic = false;

  constructor(windowId: string) {
    super();
    const masks = ['structure', 'focus', 'property'].flatMap((mask) => ['-event', mask]);
    const xev = spawnBound('xev', ['-id', windowId, ...masks], { stdio: ['ignore', 'pipe', 'ignore'] });
    const lines = createInterface({ input: xev.stdout! });
    lines.on('line', (line) => this.#read(line));
    const end = () => xev.kill('SIGKILL');
    process.once('exit', end);
    xev.once('exit', () => process.off('exit', end));
    this.#stop = end;
  }

  stop(): void {
    this.#stop();
    this.removeAllListeners();
  }

  /** xev prints an event as an unindented heading with indented details below. */
  #read(line: string): void {
    if (/^\w/.test(line)) this.#readHeading(line);
    else if (this.#heading === 'ConfigureNotify') this.#readGeometry(line);
    else if (this.#heading === 'PropertyNotify') this.#readProperty(line);
    else if (this.#heading.startsWith('Focus')) this.#readFocus(line);
  }

  #readHeading(line: string): void {
    this.#heading = line.slice(0, line.indexOf(' '));
    this.#isSynthetic = line.includes('synthetic YES');
  }

  #readGeometry(line: string): void {
    const found = /\((-?\d+),(-?\d+)\), width (\d+), height (\d+)/.exec(line);
    if (!found) return;
    const [x, y, width, height] = found.slice(1).map(Number);
    // The X server's own event is relative to the frame; the window manager's synthetic one is relative to the screen.
    this.emit('geometry', this.#isSynthetic ? { x, y, width, height } : { width, height });
  }

  #readProperty(line: string): void {
    if (/_NET_WM_STATE|WM_STATE|_NET_FRAME_EXTENTS/.test(line)) this.emit('state');
  }

  #readFocus(line: string): void {
    // Grabs (a menu, a drag) and pointer events do not change the focus.
    if (!/mode NotifyNormal|mode NotifyWhileGrabbed/.test(line) || /NotifyPointer/.test(line)) return;
    this.emit(this.#heading === 'FocusIn' ? 'focus' : 'blur');
  }
}

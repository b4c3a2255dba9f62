import type { Rectangle } from 'electron';
import { setTimeout as delay } from 'node:timers/promises';
import { runTool } from './tools.ts';
import { windowManager } from './windowManager.ts';

const searchPatienceMs = 10_000;
const searchIntervalMs = 25;
const noExtents = { left: 0, right: 0, top: 0, bottom: 0 };

export type FrameExtents = { left: number; right: number; top: number; bottom: number };

/** The id of the one window with this title, once it exists. */
export async function findWindowByTitle(title: string): Promise<string> {
  const deadline = performance.now() + searchPatienceMs;
  while (performance.now() < deadline) {
    const found = await runTool('xdotool', 'search', '--name', `^${title}$`).catch(() => ''); // fails if there is no match
    const last = found.split('\n').at(-1);
    if (last) return last;
    await delay(searchIntervalMs);
  }
  throw new Error(`No window titled ${title} appeared.`);
}

/** One top-level X window, controlled through the window manager. */
export class XWindow {
  readonly id: string;

  constructor(id: string) {
    this.id = id;
  }

  /** Sets the app's class, by which desktops and tools identify the window, in place of Chromium's. */
  async nameAfter(appName: string): Promise<void> {
    await runTool('xdotool', 'set_window', '--class', appName, '--classname', appName, this.id);
  }

  /** Hides the window: on desktop 2 (the attic), or unmapped if the window manager has none. */
  async hide(): Promise<void> {
    if (windowManager.hasAttic) await this.#manage('-t', '1');
    else await runTool('xdotool', 'windowunmap', this.id);
  }

  async reveal(): Promise<void> {
    if (windowManager.hasAttic) {
      await this.#manage('-t', '0');
      await this.setState('remove', 'demands_attention');
    } else {
      await runTool('xdotool', 'windowmap', this.id);
    }
  }

  /** Raises the window and gives it the keyboard focus. */
  async activate(): Promise<void> {
    if (windowManager.isAbsent) {
      await this.raise();
      await runTool('xdotool', 'windowfocus', this.id);
      return;
    }
    await runTool('wmctrl', '-i', '-a', this.id);
  }

  async raise(): Promise<void> {
    await runTool('xdotool', 'windowraise', this.id);
  }

  async setState(change: 'add' | 'remove', state: string): Promise<void> {
    if (windowManager.isAbsent) return; // no window manager would answer the request
    await this.#manage('-b', `${change},${state}`);
  }

  async setTitle(title: string): Promise<void> {
    if (windowManager.isAbsent) await runTool('xdotool', 'set_window', '--name', title, this.id);
    else await this.#manage('-T', title);
  }

  /**
   * Moves the frame's corner to a point and sets the page's size. Asks the window manager, since Chromium, while
   * unmapped, does not know the position of its window. A coordinate of -1 keeps it, as in wmctrl.
   */
  async place(x: number, y: number, contentWidth: number, contentHeight: number): Promise<void> {
    if (windowManager.isAbsent) {
      const [left, top, width, height] = [x, y, contentWidth, contentHeight].map((n) =>
        String(Math.round(n)),
      );
      await runTool('xdotool', 'windowmove', this.id, left!, top!, 'windowsize', this.id, width!, height!);
      return;
    }
    const northWestGravity = 1;
    await this.#manage('-e', [northWestGravity, x, y, contentWidth, contentHeight].map(Math.round).join(','));
  }

  /** Requests no frame; the shell's own openbox uses its rules instead. */
  async removeFrame(): Promise<void> {
    if (windowManager.hasAttic) return;
    await runTool(
      'xprop',
      '-id',
      this.id,
      '-f',
      '_MOTIF_WM_HINTS',
      '32c',
      '-set',
      '_MOTIF_WM_HINTS',
      '2, 0, 0, 0, 0',
    );
  }

  /** The widths in pixels of the window manager's frame around the window. */
  async frameExtents(): Promise<FrameExtents> {
    if (windowManager.isAbsent) return noExtents;
    const text = await runTool('xprop', '-id', this.id, '_NET_FRAME_EXTENTS');
    const [left, right, top, bottom] = (/= (.*)$/.exec(text)?.[1] ?? '').split(', ').map(Number);
    return bottom === undefined ? noExtents : { left: left!, right: right!, top: top!, bottom };
  }

  /** The page's bounds on the screen, without the frame. */
  async contentBounds(): Promise<Rectangle> {
    const text = await runTool('xwininfo', '-id', this.id);
    const number = (name: string) => Number(new RegExp(`${name}:\\s+(-?\\d+)`).exec(text)?.[1]);
    const [x, y] = [number('Absolute upper-left X'), number('Absolute upper-left Y')];
    return { x, y, width: number('Width'), height: number('Height') };
  }

  async isMinimized(): Promise<boolean> {
    if (windowManager.isAbsent) return false;
    return (await runTool('xprop', '-id', this.id, '_NET_WM_STATE')).includes('_NET_WM_STATE_HIDDEN');
  }

  async #manage(...args: string[]): Promise<void> {
    await runTool('wmctrl', '-i', '-r', this.id, ...args);
  }
}

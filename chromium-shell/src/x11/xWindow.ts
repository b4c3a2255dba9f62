import type { Rectangle } from 'electron';
import { setTimeout as delay } from 'node:timers/promises';
import { runTool } from './tools.ts';
import { windowManager } from './windowManager.ts';

const searchPatienceMs = 10_000;
const searchIntervalMs = 25;
const noExtents = { left: 0, right: 0, top: 0, bottom: 0 };

export type FrameExtents = { left: number; right: number; top: number; bottom: number };

/** The id of the one window with this title, as soon as it has it. */
export async function findWindowByTitle(title: string): Promise<string> {
  const deadline = performance.now() + searchPatienceMs;
  while (performance.now() < deadline) {
    const found = await runTool('xdotool', 'search', '--name', `^${title}$`).catch(() => ''); // it fails where none is found
    const last = found.split('\n').at(-1);
    if (last) return last;
    await delay(searchIntervalMs);
  }
  throw new Error(`No window titled ${title} appeared.`);
}

/** One top-level X window, moved about through the window manager. */
export class XWindow {
  readonly id: string;

  constructor(id: string) {
    this.id = id;
  }

  /** Makes it the app's by its class, by which desktops and tools call it; Chromium's is of no interest. */
  async nameAfter(appName: string): Promise<void> {
    await runTool('xdotool', 'set_window', '--class', appName, '--classname', appName, this.id);
  }

  /** Out of sight: in the attic, or unmapped where the window manager has none. */
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

  /** Brings to the front with the keyboard's focus. */
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
    if (windowManager.isAbsent) return; // a request that nobody answers
    await this.#manage('-b', `${change},${state}`);
  }

  async setTitle(title: string): Promise<void> {
    if (windowManager.isAbsent) await runTool('xdotool', 'set_window', '--name', title, this.id);
    else await this.#manage('-T', title);
  }

  /**
   * Puts the frame's corner at a point and gives the page a size. Asked of the window manager, since Chromium, while
   * unmapped, does not know where its window is. -1 as a coordinate keeps it, as wmctrl has it.
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

  /** Asks for no frame; the shell's own openbox goes by its rules instead. */
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

  /** The widths of the frame that the window manager draws around the window, in pixels. */
  async frameExtents(): Promise<FrameExtents> {
    if (windowManager.isAbsent) return noExtents;
    const text = await runTool('xprop', '-id', this.id, '_NET_FRAME_EXTENTS');
    const [left, right, top, bottom] = (/= (.*)$/.exec(text)?.[1] ?? '').split(', ').map(Number);
    return bottom === undefined ? noExtents : { left: left!, right: right!, top: top!, bottom };
  }

  /** Where the page is on the screen, without the frame. */
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

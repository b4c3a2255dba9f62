import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import type { Locator, Page } from '@playwright/test';

const exec = promisify(execFile);

/** A person's hands on a private display, by xdotool. */
export function desktopOn(display: string) {
  const xdotool = (...args: (string | number)[]) =>
    exec('xdotool', args.map(String), { env: { ...process.env, DISPLAY: display } });
  const xrandr = (...args: (string | number)[]) =>
    exec('xrandr', args.map(String), { env: { ...process.env, DISPLAY: display } });
  return {
    moveTo: (x: number, y: number) => xdotool('mousemove', x, y),
    click: (x: number, y: number) => xdotool('mousemove', x, y, 'click', 1),
    doubleClick: (x: number, y: number) =>
      xdotool('mousemove', x, y, 'click', '--repeat', 2, '--delay', 150, 1),
    key: (name: string) => xdotool('key', name),
    /** Gives the keyboard another layout, by its XKB name. */
    layout: (name: string) => exec('setxkbmap', [name], { env: { ...process.env, DISPLAY: display } }),
    /** Runs lines of xdotool's own commands in one process, as fast as they go; its `sleep` paces them. */
    async play(lines: string[]): Promise<void> {
      const child = spawn('xdotool', ['-'], {
        env: { ...process.env, DISPLAY: display },
        stdio: ['pipe', 'ignore', 'inherit'],
      });
      child.stdin.end(`${lines.join('\n')}\n`);
      const [code] = (await once(child, 'exit')) as [number | null];
      if (code !== 0) throw new Error(`xdotool ended with ${code}`);
    },
    /** Gives the screen another size, not larger than the one it was made with. */
    async resize(width: number, height: number): Promise<void> {
      const mode = `${width}x${height}`;
      const { stdout } = await xrandr();
      if (!stdout.includes(`${mode} `)) {
        // Xvfb looks at the two sizes of a mode and at none of its timings.
        const timings = [width, width, width, width, height, height, height, height];
        await xrandr('--newmode', mode, 60, ...timings);
        await xrandr('--addmode', 'screen', mode);
      }
      await xrandr('--output', 'screen', '--mode', mode);
    },
    /** Paints the whole background, so that a picture can be recognised. */
    paint: (color: string) =>
      exec('xsetroot', ['-solid', color], { env: { ...process.env, DISPLAY: display } }),
  };
}

/** Where the middle of something in a page lies on the display, given a window's frame that is as wide on either side. */
export async function placeOnDisplay(page: Page, element: Locator): Promise<[number, number]> {
  const { x, y, width, height } = (await element.boundingBox())!;
  const edge = await page.evaluate(() => ({
    left: screenX + (outerWidth - innerWidth) / 2,
    top: screenY + (outerHeight - innerHeight),
  }));
  return [Math.round(edge.left + x + width / 2), Math.round(edge.top + y + height / 2)];
}

type Desktop = ReturnType<typeof desktopOn>;

/** The screen changes until the answer is called, so that the video grows. */
export function keepChanging(desktop: Desktop): () => Promise<void> {
  return keepOn((turn) => desktop.paint(turn % 2 ? '#a04020' : '#2040a0'));
}

/** The pointer moves until the answer is called, so that there is always something to note. */
export function keepPointing(desktop: Desktop): () => Promise<void> {
  return keepOn((turn) => desktop.moveTo(100 + (turn % 200), 300));
}

function keepOn(act: (turn: number) => Promise<unknown>): () => Promise<void> {
  let going = true;
  const done = (async () => {
    for (let turn = 0; going; turn += 1) await act(turn);
  })();
  return async () => {
    going = false;
    await done;
  };
}

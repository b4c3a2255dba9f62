import type { BrowserWindow as Window } from 'electron';
import { execFileSync, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDisplay, type PrivateDisplay } from './display.ts';
import { eventually, launch, type Launched } from './shell.ts';

type Fixture = { events: string[]; isCloseVetoed: boolean };
/** The values that the fixture's main process sets on its global object. */
type MainGlobals = {
  fixture: Fixture;
  main: Window;
  toolbar: Window;
  hidden: Window;
  open(name: string, options: object): Window;
};

const APP_NAME = 'Shell Fixture';

let display: PrivateDisplay;
let shell: Launched;

beforeAll(async () => {
  display = await startDisplay();
  shell = await launch(display.name);
  await sees('main:show');
});

afterAll(async () => {
  await shell?.app.close();
  await display.stop();
});

function inMain<T>(run: (globals: MainGlobals) => T | Promise<T>): Promise<T> {
  const source = `(${run.toString()})(globalThis)`;
  return shell.app.evaluate((_electron, code) => (0, eval)(code) as T, source);
}

function sees(event: string): Promise<boolean> {
  return eventually(() =>
    shell.app.evaluate(
      (_e, name) => (globalThis as unknown as MainGlobals).fixture.events.includes(name),
      event,
    ),
  );
}

function x(tool: string, ...args: string[]): string {
  return execFileSync(tool, args, { encoding: 'utf8', env: { ...process.env, DISPLAY: display.name } });
}

/** The titles of the visible windows. */
function visibleTitles(): string[] {
  // Fails if there is no match.
  const search = spawnSync('xdotool', ['search', '--onlyvisible', '--class', APP_NAME], {
    encoding: 'utf8',
    env: { ...process.env, DISPLAY: display.name },
  });
  const ids = search.stdout.trim().split('\n').filter(Boolean);
  return ids.map((id) => x('xdotool', 'getwindowname', id).trim());
}

describe('a window', () => {
  it('stands where and as large as it was asked to, frame included', async () => {
    const bounds = await inMain((g) => ({ outer: g.main.getBounds(), inner: g.main.getContentBounds() }));
    expect(bounds.outer).toEqual({ x: 60, y: 60, width: 700, height: 500 });
    expect(bounds.inner.width).toBeLessThanOrEqual(700);
    expect(bounds.inner.y).toBeGreaterThan(60);
    const page = await shell.page.evaluate(() => ({ width: innerWidth, height: innerHeight }));
    expect({ width: bounds.inner.width, height: bounds.inner.height }).toEqual(page);
  });

  it('is the app’s by its class and its process', async () => {
    const [id] = x('xdotool', 'search', '--name', '^Fixture$').trim().split('\n');
    expect(x('xprop', '-id', id!, 'WM_CLASS')).toContain(`"${APP_NAME}", "${APP_NAME}"`);
    const pid = Number(/= (\d+)/.exec(x('xprop', '-id', id!, '_NET_WM_PID'))?.[1]);
    const own = await shell.app.evaluate(({ app }) => app.getAppMetrics().map((metric) => metric.pid));
    expect(own).toContain(pid);
  });

  it('gets the clicks of a real mouse, not only those of the protocol', async () => {
    // Listens before the mouse moves, because page and main process are reached through different channels.
    const clicked = await shell.page.evaluateHandle(() => ({
      button: new Promise<number>((done) =>
        addEventListener('click', (event) => done(event.button), { once: true }),
      ),
    }));
    const { x: left, y: top } = await inMain((g) => g.main.getContentBounds());
    x('xdotool', 'mousemove', `${left + 200}`, `${top + 200}`, 'click', '1');
    expect(await clicked.evaluate(({ button }) => button)).toBe(0);
  });
});

describe('a window that is shown and hidden', () => {
  it('minimises and comes back, and says so', async () => {
    await inMain((g) => g.main.minimize());
    await sees('main:minimize');
    expect(await inMain((g) => [g.main.isMinimized(), g.main.isVisible()])).toEqual([true, false]);
    expect(visibleTitles()).not.toContain('Fixture');
    await inMain((g) => g.main.restore());
    await sees('main:restore');
    expect(await inMain((g) => [g.main.isMinimized(), g.main.isVisible()])).toEqual([false, true]);
    await eventually(() => visibleTitles().includes('Fixture'));
  });

  it('hides and shows', async () => {
    await inMain((g) => g.main.hide());
    await sees('main:hide');
    expect(visibleTitles()).not.toContain('Fixture');
    // It may be visible before it is back in place; a move in between would interfere.
    await inMain((g) => {
      g.main.once('show', () => g.fixture.events.push('main:shown again'));
      g.main.show();
    });
    await sees('main:shown again');
    expect(visibleTitles()).toContain('Fixture');
    expect(await inMain((g) => g.main.getBounds())).toEqual({ x: 60, y: 60, width: 700, height: 500 });
  });

  it('tells of being moved and resized by the person', async () => {
    await inMain((g) => g.main.once('move', () => g.fixture.events.push('main:move')));
    await inMain((g) => g.main.once('resize', () => g.fixture.events.push('main:resize')));
    const [id] = x('xdotool', 'search', '--name', '^Fixture$').trim().split('\n');
    x('xdotool', 'windowmove', id!, '120', '90', 'windowsize', id!, '640', '420');
    await sees('main:move');
    await sees('main:resize');
    await eventually(() => inMain((g) => g.main.getContentBounds().width === 640));
    expect(await inMain((g) => g.main.getBounds().width)).toBeGreaterThanOrEqual(640);
  });
});

describe('a window without a frame', () => {
  it('on top is just its page', async () => {
    const opened = shell.app.waitForEvent('window');
    await inMain(async (g) => {
      const place = { x: 900, y: 20, width: 300, height: 64 };
      g.toolbar = g.open('toolbar', {
        ...place,
        frame: false,
        alwaysOnTop: true,
        resizable: false,
        skipTaskbar: true,
      });
      await g.toolbar.loadURL('app://fixture/other.html');
    });
    const page = await opened;
    await sees('toolbar:show');
    await page.waitForURL('**/other.html');
    expect(await page.evaluate(() => [innerWidth, innerHeight])).toEqual([300, 64]);
    const [id] = x('xdotool', 'search', '--name', '^Other$').trim().split('\n');
    await eventually(() => x('xprop', '-id', id!, '_NET_FRAME_EXTENTS').includes('= 0, 0, 0, 0'));
    const state = x('xprop', '-id', id!, '_NET_WM_STATE');
    expect(state).toContain('_NET_WM_STATE_ABOVE');
    expect(state).toContain('_NET_WM_STATE_SKIP_TASKBAR');
    await inMain((g) => g.toolbar.destroy());
    await sees('toolbar:closed');
  });
});

describe('a hidden window', () => {
  it('is never mapped, and its page runs at full rate', async () => {
    const mapped: string[] = [];
    const opened = shell.app.waitForEvent('window');
    const loaded = inMain(async (g) => {
      g.hidden = g.open('hidden', { show: false });
      g.hidden.setVisibleOnAllWorkspaces(true);
      await g.hidden.loadURL('app://fixture/other.html');
    });
    let isLoaded = false;
    void loaded.then(() => (isLoaded = true));
    while (!isLoaded) {
      mapped.push(...visibleTitles());
      await new Promise((resolve) => setImmediate(resolve));
    }
    const page = await opened;
    await page.waitForURL('**/other.html');
    const frames = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const start = performance.now();
          let count = 0;
          const next = () => {
            count += 1;
            if (performance.now() - start > 500) resolve(count);
            else requestAnimationFrame(next);
          };
          next();
        }),
    );
    expect(frames).toBeGreaterThan(10);
    expect(mapped.filter((title) => title !== 'Fixture')).toEqual([]);
    expect(await inMain((g) => g.hidden.isVisible())).toBe(false);
    await inMain((g) => g.hidden.destroy());
  });
});

describe('the end of a window', () => {
  it('stays when the app refuses to close it, by the app or by the person', async () => {
    await inMain((g) => void (g.fixture.isCloseVetoed = true));
    await inMain((g) => g.main.close());
    await sees('main:close');
    expect(await inMain((g) => g.main.isDestroyed())).toBe(false);
    await inMain((g) => void (g.fixture.events = []));
    // Without a listener Playwright itself accepts every close.
    shell.page.on('dialog', () => undefined);
    x('wmctrl', '-c', 'Fixture');
    await sees('main:close');
    expect(await inMain((g) => g.main.isDestroyed())).toBe(false);
    await inMain((g) => void (g.fixture.isCloseVetoed = false));
  });

  it('reports a killed renderer, whose page can be loaded again', async () => {
    const opened = shell.app.waitForEvent('window');
    await inMain(async (g) => {
      g.hidden = g.open('doomed', { show: false });
      await g.hidden.loadURL('app://fixture/other.html');
    });
    await opened;
    await inMain((g) => process.kill(g.hidden.webContents.getOSProcessId(), 'SIGKILL'));
    await sees('doomed:gone:killed');
    const title = await inMain(async (g) => {
      await g.hidden.loadURL('app://fixture/other.html');
      return g.hidden.webContents.executeJavaScript('document.title') as Promise<string>;
    });
    expect(title).toBe('Other');
    expect(await inMain((g) => g.main.isDestroyed())).toBe(false);
    await inMain((g) => g.hidden.destroy());
  });
});

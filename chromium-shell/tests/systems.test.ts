import type { BrowserWindow } from 'electron';
import type { Page } from '@playwright/test';
import { once } from 'node:events';
import fs from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ShellSystem } from '../src/system.ts';
import { startDisplay, type PrivateDisplay } from './display.ts';
import { eventually, launch, makeUserData, start, type Launched } from './shell.ts';

let display: PrivateDisplay;
beforeAll(async () => {
  display = await startDisplay();
});

afterAll(async () => {
  await display.stop();
});

/** One shell for the tests of a describe block. */
function launchedAs(system: ShellSystem, conditions = ''): () => Launched {
  let shell: Launched;
  beforeAll(async () => {
    shell = await launch(display.name, makeUserData(), [], { SHELL_AS: system, SHELL_WITH: conditions });
  });
  afterAll(() => shell?.app.close());
  return () => shell;
}

type Main = { main: BrowserWindow; __chromiumShell: Hooks };
type Hooks = { grant(permission: string): void; askedPermissions(): string[]; portalDialogs(): number };

/** The page's result when it requests the screen. */
function askForScreen(page: Page): Promise<string> {
  return page.evaluate(() =>
    navigator.mediaDevices.getDisplayMedia({ video: true }).then(
      (stream) => `${stream.getVideoTracks().length} track`,
      (error: DOMException) => `${error.name}: ${error.message}`,
    ),
  );
}

function darwinTests(launched: () => Launched): void {
  it('refuses the sources until the person grants the screen, and asks once', async () => {
    const { app } = launched();
    const seen = await app.evaluate(async ({ desktopCapturer, systemPreferences }) => {
      const { __chromiumShell: hooks } = globalThis as unknown as Main;
      const list = () =>
        desktopCapturer.getSources({ types: ['screen'] }).then(
          (sources) => sources.length,
          (error: unknown) => error,
        );
      const status = () => systemPreferences.getMediaAccessStatus('screen');
      const before = [status(), await list(), await list(), hooks.askedPermissions()];
      hooks.grant('screen');
      return [...before, status(), await list()];
    });
    const failure = 'Failed to get sources.';
    expect(seen).toEqual(['denied', failure, failure, ['screen'], 'granted', 1]);
  });
}

function waylandTests(launched: () => Launched): void {
  it('does not tell or change where windows are, knows no minimised window, and asks by the portal', async () => {
    const { app } = launched();
    const seen = await app.evaluate(async ({ desktopCapturer, globalShortcut }) => {
      const { main, __chromiumShell: hooks } = globalThis as unknown as Main;
      main.setAlwaysOnTop(true);
      main.setBounds({ x: 90, y: 90, width: 500, height: 400 });
      main.minimize();
      const before = hooks.portalDialogs();
      const [source] = await desktopCapturer.getSources({ types: ['screen', 'window'] });
      return {
        bounds: main.getBounds(),
        isAlwaysOnTop: main.isAlwaysOnTop(),
        isMinimized: main.isMinimized(),
        isRegistered: globalShortcut.register('Control+Shift+F9', () => undefined),
        dialogs: hooks.portalDialogs() - before,
        display: source!.display_id,
      };
    });
    expect(seen).toEqual({
      bounds: { x: 0, y: 0, width: 500, height: 400 },
      isAlwaysOnTop: false,
      isMinimized: false,
      isRegistered: true,
      dialogs: 1,
      display: '',
    });
  });
}

function x11Tests(launched: () => Launched): void {
  it('gives a page AbortError when the app chose nothing, and its handler a TypeError', async () => {
    const { app, page } = launched();
    await app.evaluate(({ session }) => {
      session.defaultSession.setDisplayMediaRequestHandler((_request, callback) => {
        try {
          callback({});
        } catch (error) {
          Object.assign(globalThis, { thrown: String(error) });
        }
      });
    });
    expect(await askForScreen(page)).toBe('AbortError: Invalid capture constraints');
    expect(await app.evaluate(() => (globalThis as unknown as { thrown: string }).thrown)).toBe(
      'TypeError: Video was requested, but no video stream was provided',
    );
    await app.evaluate(({ session }) =>
      session.defaultSession.setDisplayMediaRequestHandler((_request, callback) => callback(null)),
    );
    expect(await askForScreen(page)).toBe('AbortError: Invalid capture constraints');
  });
}

const ownTests: Partial<Record<ShellSystem, (launched: () => Launched) => void>> = {
  darwin: darwinTests,
  'linux-wayland': waylandTests,
  'linux-x11': x11Tests,
};

describe.each([
  { system: 'linux-x11', platform: 'linux', point: 'function', rect: 'undefined', agent: 'Linux' },
  { system: 'linux-wayland', platform: 'linux', point: 'function', rect: 'undefined', agent: 'Linux' },
  { system: 'darwin', platform: 'darwin', point: 'undefined', rect: 'undefined', agent: 'Mac' },
  { system: 'win32', platform: 'win32', point: 'function', rect: 'function', agent: 'Windows' },
] as const)('as $system', ({ system, platform, point, rect, agent }) => {
  const launched = launchedAs(system);
  ownTests[system]?.(launched);

  it('has the members of that system only', async () => {
    const { app, page } = launched();
    const seen = await app.evaluate(({ app: electronApp, safeStorage, screen, systemPreferences }) => ({
      platform: process.platform,
      isWayland: process.env.XDG_SESSION_TYPE === 'wayland' && Boolean(process.env.WAYLAND_DISPLAY),
      point: typeof screen.dipToScreenPoint,
      rect: typeof screen.dipToScreenRect,
      backend: typeof safeStorage.getSelectedStorageBackend,
      access: typeof systemPreferences.getMediaAccessStatus,
      modelId: typeof electronApp.setAppUserModelId,
    }));
    expect(seen).toEqual({
      platform,
      isWayland: system === 'linux-wayland',
      point,
      rect,
      backend: platform === 'linux' ? 'function' : 'undefined',
      access: platform === 'linux' ? 'undefined' : 'function',
      modelId: platform === 'win32' ? 'function' : 'undefined',
    });
    expect(await page.evaluate(() => navigator.userAgent)).toContain(agent);
  });
});

describe('with portal-refused on Wayland', () => {
  const launched = launchedAs('linux-wayland', 'portal-refused');

  it('listing sources rejects', async () => {
    const answer = await launched().app.evaluate(({ desktopCapturer }) =>
      desktopCapturer.getSources({ types: ['screen'] }).catch((error: unknown) => error),
    );
    expect(answer).toBe('Failed to get sources.');
  });
});

/** The storage's name, a ciphertext's prefix, and its decrypted text. */
function encryption({ app }: Launched): Promise<unknown[]> {
  return app.evaluate(async ({ safeStorage }) => {
    const cipher = await safeStorage.encryptStringAsync('geheim');
    const { result } = await safeStorage.decryptStringAsync(cipher);
    const isAvailable = await safeStorage.isAsyncEncryptionAvailable();
    return [safeStorage.getSelectedStorageBackend(), cipher.toString('latin1', 0, 3), result, isAvailable];
  });
}

describe('with slow-sources and keyring', () => {
  const launched = launchedAs('linux-x11', 'slow-sources,keyring');

  it('sources come slowly where windows give no picture, and at once without pictures', async () => {
    const [slow, quick] = await launched().app.evaluate(async ({ desktopCapturer }) => {
      const time = async (thumbnailSize: { width: number; height: number }) => {
        const startedAt = performance.now();
        await desktopCapturer.getSources({ types: ['screen', 'window'], thumbnailSize });
        return performance.now() - startedAt;
      };
      return [await time({ width: 16, height: 16 }), await time({ width: 0, height: 0 })];
    });
    expect(slow).toBeGreaterThanOrEqual(2900);
    expect(quick).toBeLessThan(slow! / 2);
  });

  it('the keyring’s key encrypts', async () => {
    expect(await encryption(launched())).toEqual(['gnome_libsecret', 'v11', 'geheim', true]);
  });
});

describe('with no-wm and no-keyring-v10', () => {
  const launched = launchedAs('linux-x11', 'no-wm,no-keyring-v10');

  it('windows are shown, placed and never minimised', async () => {
    const { app } = launched();
    await app.evaluate(() => {
      const { main } = globalThis as unknown as Main;
      main.setBounds({ x: 30, y: 40, width: 400, height: 300 });
    });
    const content = () => app.evaluate(() => (globalThis as unknown as Main).main.getContentBounds());
    await eventually(async () => {
      const { x, y, width, height } = await content();
      return x === 30 && y === 40 && width === 400 && height === 300;
    });
    const isMinimized = await app.evaluate(() => {
      const { main } = globalThis as unknown as Main;
      main.minimize();
      return main.isMinimized();
    });
    expect(isMinimized).toBe(false);
  });

  it('the fixed key encrypts behind a keyring’s name', async () => {
    expect(await encryption(launched())).toEqual(['gnome_libsecret', 'v10', 'geheim', true]);
  });
});

describe('signals', () => {
  it('a second one of the same name kills, a first one of another name does nothing', async () => {
    const userData = makeUserData();
    const child = start(display.name, userData, ['--slow-quit']);
    const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
    await eventually(() => fs.existsSync(`${userData}/ready`), 20_000);
    child.kill('SIGTERM');
    await eventually(() => fs.existsSync(`${userData}/quitting`));
    // Pending signals of the same name are delivered as one.
    await eventually(() => child.signalCode !== null || !child.kill('SIGINT'));
    expect(await ended).toEqual([null, 'SIGINT']);
    expect(fs.readFileSync(`${userData}/quitting`, 'utf8')).toBe('1');
  });
});

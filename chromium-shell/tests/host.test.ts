import type { Page } from '@playwright/test';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDisplay, type PrivateDisplay } from './display.ts';
import { eventually, fixture, launch, type Launched } from './shell.ts';

let display: PrivateDisplay;
let shell: Launched;

beforeAll(async () => {
  display = await startDisplay();
  shell = await launch(display.name);
});

afterAll(async () => {
  await shell?.app.close();
  await display.stop();
});

type Hooks = {
  pressShortcut(accelerator: string): boolean;
  clickTrayItem(label: string): boolean;
  shellLog: { call: string; argument: string }[];
  emitPower(event: string): boolean;
  notifications: { title: string }[];
};
type MainGlobals = { __chromiumShell: Hooks; seen: string[] };

/** The text that a user pastes into a page. */
async function pasted(page: Page): Promise<string> {
  await page.evaluate(() => {
    document.body.innerHTML = '<textarea></textarea>';
    document.querySelector('textarea')!.focus();
  });
  await page.keyboard.press('Control+V');
  return page.evaluate(() => document.querySelector('textarea')!.value);
}

describe('app', () => {
  it('knows its name, version, folder and switches', async () => {
    const known = await shell.app.evaluate(({ app }) => ({
      name: app.getName(),
      version: app.getVersion(),
      folder: app.getAppPath(),
      isPackaged: app.isPackaged,
      userData: app.commandLine.getSwitchValue('user-data-dir'),
      electron: process.versions.electron,
    }));
    expect(known).toMatchObject({
      name: 'Shell Fixture',
      version: '1.2.3',
      folder: fixture,
      isPackaged: false,
    });
    expect(known.userData).toBe(shell.userData);
    expect(known.electron).toMatch(/^\d+\.\d+/);
  });
});

describe('clipboard', () => {
  it('is the system’s: another program gets what the app wrote', async () => {
    const other = await launch(display.name);
    try {
      const text = 'https://bucket.example/session.zip?X-Amz-Expires=3600 – ü';
      await shell.app.evaluate(({ clipboard }, written) => clipboard.writeText(written), text);
      await eventually(async () => (await pasted(other.page)) === text);
      expect(await shell.app.evaluate(({ clipboard }) => clipboard.readText())).toBe(text);
    } finally {
      await other.app.close();
    }
  });
});

describe('utilityProcess', () => {
  it('talks both ways, prints, and tells of its end', async () => {
    const seen = await shell.app.evaluate(
      async ({ utilityProcess }, file) => {
        const child = utilityProcess.fork(file, ['one', 'two'], { serviceName: 'test', stdio: 'pipe' });
        let printed = '';
        child.stdout!.on('data', (text) => (printed += String(text)));
        const next = () => new Promise<unknown>((resolve) => child.once('message', resolve));
        const answer = next();
        child.postMessage({ bytes: new Uint8Array([1, 2]), map: new Map([['a', 1]]) });
        const { echo, args, pid } = (await answer) as {
          echo: { bytes: Uint8Array; map: Map<string, number> };
          args: string[];
          pid: number;
        };
        const isSamePid = pid === child.pid;
        const exited = new Promise<number>((resolve) => child.once('exit', resolve));
        child.postMessage('end');
        const code = await exited;
        return {
          bytes: [...echo.bytes],
          mapped: echo.map.get('a'),
          args,
          isSamePid,
          code,
          printed,
          pidAfter: child.pid,
        };
      },
      path.join(fixture, 'child.cjs'),
    );
    expect(seen).toEqual({
      bytes: [1, 2],
      mapped: 1,
      args: ['one', 'two'],
      isSamePid: true,
      code: 7,
      printed: 'child says hello\n',
      pidAfter: undefined,
    });
  });
});

describe('safeStorage', () => {
  it('admits that it does not protect, and reads what it wrote', async () => {
    const seen = await shell.app.evaluate(async ({ safeStorage }) => {
      const encrypted = await safeStorage.encryptStringAsync('geheim é');
      const { result } = await safeStorage.decryptStringAsync(encrypted);
      const backend = safeStorage.getSelectedStorageBackend();
      return {
        backend,
        available: safeStorage.isEncryptionAvailable(),
        version: encrypted.toString('latin1', 0, 3),
        result,
      };
    });
    expect(seen).toEqual({ backend: 'basic_text', available: false, version: 'v10', result: 'geheim é' });
  });
});

describe('what the shell only remembers', () => {
  it('can be used by tests', async () => {
    const seen = await shell.app.evaluate(
      ({ globalShortcut, Menu, nativeImage, Notification, powerMonitor, shell: os, Tray }) => {
        const globals = globalThis as unknown as MainGlobals;
        const { __chromiumShell: hooks } = globals;
        const events: string[] = [];
        const isGiven = globalShortcut.register('CommandOrControl+Shift+R', () => events.push('shortcut'));
        const tray = new Tray(nativeImage.createEmpty());
        tray.setContextMenu(
          Menu.buildFromTemplate([
            { label: 'More', submenu: [{ label: 'Stop', click: () => events.push('tray') }] },
          ]),
        );
        powerMonitor.on('resume', () => events.push('resume'));
        new Notification({ title: 'Done' }).show();
        os.showItemInFolder('/some/file');
        const worked = [
          hooks.pressShortcut('Ctrl+Shift+R'),
          hooks.clickTrayItem('Stop'),
          hooks.emitPower('resume'),
        ];
        return {
          isGiven,
          events,
          worked,
          titles: hooks.notifications.map(({ title }) => title),
          log: hooks.shellLog,
        };
      },
    );
    expect(seen).toEqual({
      // The keyboard is not grabbed, and the app is told so.
      isGiven: false,
      events: ['shortcut', 'tray', 'resume'],
      worked: [true, true, true],
      titles: ['Done'],
      log: [{ call: 'showItemInFolder', argument: '/some/file' }],
    });
  });
});

describe('screen and pictures', () => {
  it('tell the size of the display and show it', async () => {
    const seen = await shell.app.evaluate(async ({ desktopCapturer, screen }) => {
      const { size, scaleFactor, id } = screen.getPrimaryDisplay();
      const sources = await desktopCapturer.getSources({
        types: ['screen', 'window'],
        thumbnailSize: { width: 320, height: 320 },
      });
      const { thumbnail, display_id: displayId } = sources[0]!;
      const jpeg = thumbnail.resize({ width: 100 }).toJPEG(80);
      const sizes = [thumbnail.getSize(), thumbnail.resize({ width: 100 }).getSize()];
      return {
        size,
        scaleFactor,
        count: sources.length,
        isSame: displayId === String(id),
        sizes,
        jpeg: jpeg.subarray(0, 2).toString('hex'),
      };
    });
    expect(seen).toEqual({
      size: { width: 1280, height: 800 },
      scaleFactor: 1,
      count: 1,
      isSame: true,
      sizes: [
        { width: 320, height: 200 },
        { width: 100, height: 63 },
      ],
      jpeg: 'ffd8',
    });
  });
});

describe('nativeTheme', () => {
  it('reaches the pages', async () => {
    await shell.app.evaluate(({ nativeTheme }) => (nativeTheme.themeSource = 'dark'));
    const isDark = () => shell.page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
    await eventually(isDark);
    expect(await shell.app.evaluate(({ nativeTheme }) => nativeTheme.shouldUseDarkColors)).toBe(true);
    await shell.app.evaluate(({ nativeTheme }) => (nativeTheme.themeSource = 'light'));
    await eventually(async () => !(await isDark()));
  });
});

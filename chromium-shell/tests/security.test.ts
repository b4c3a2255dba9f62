import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDisplay, type PrivateDisplay } from './display.ts';
import { eventually, launch, type Launched } from './shell.ts';

type Fixture = {
  navigations: string[];
  isNavigationVetoed: boolean;
  permissions: { permission: string; url: string }[];
  source?: object;
  largeCancelledAt?: number;
};
type MainGlobals = { fixture: Fixture };

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

function fixture(): Promise<Fixture> {
  return shell.app.evaluate(() => (globalThis as unknown as MainGlobals).fixture);
}

function errorOf(run: string): Promise<string> {
  return shell.page.evaluate(async (code) => {
    try {
      await (0, eval)(code);
      return 'nothing';
    } catch (error) {
      return `${(error as Error).name}: ${(error as Error).message}`;
    }
  }, run);
}

describe('app://', () => {
  it('is served by the app, with its policy in force', async () => {
    const seen = await shell.page.evaluate(() => ({ script: window.scriptRan, inline: window.inlineRan }));
    expect(seen).toEqual({ script: true, inline: undefined });
    const status = await shell.page.evaluate(async () => (await fetch('missing.html')).status);
    expect(status).toBe(404);
    const refused = await shell.page.evaluate(() =>
      fetch('https://example.invalid/').then(
        () => 'reached',
        (error: Error) => error.name,
      ),
    );
    expect(refused).toBe('TypeError');
  });

  it('gives a part of a file in pieces, and reads no further than it gives', async () => {
    const part = await shell.page.evaluate(async () => {
      const response = await fetch('large', { headers: { range: `bytes=${3 * 1024 ** 2}-` } });
      const bytes = new Uint8Array(await response.arrayBuffer());
      const named = response.headers.get('content-range')!;
      return { status: response.status, named, length: bytes.length, first: bytes[0], last: bytes.at(-1) };
    });
    const MiB = 1024 ** 2;
    const named = `bytes ${3 * MiB}-${7 * MiB - 1}/${8 * 1024 ** 3}`;
    expect(part).toEqual({ status: 206, named, length: 4 * MiB, first: 3, last: 6 });
    expect((await fixture()).largeCancelledAt).toBeLessThanOrEqual(6 * MiB);
  });

  it('is what the app sees, whatever Chromium calls it', async () => {
    const urls = await shell.app.evaluate(({ BrowserWindow }) => {
      const { webContents } = BrowserWindow.getAllWindows()[0]!;
      return [webContents.getURL(), webContents.mainFrame.url, webContents.mainFrame.origin];
    });
    expect(urls).toEqual(['app://fixture/index.html?q=1', 'app://fixture/index.html?q=1', 'app://fixture']);
  });
});

describe('leaving the page', () => {
  it('can be refused by the app', async () => {
    for (const [link, url] of [
      ['#away', 'https://example.invalid/away'],
      ['#relative', 'app://fixture/other.html'],
      ['#absolute', 'app://fixture/other.html'],
    ] as const) {
      const before = (await fixture()).navigations.length;
      await shell.page.locator(link).dispatchEvent('click');
      await eventually(async () => (await fixture()).navigations.length > before);
      expect((await fixture()).navigations.at(-1)).toBe(url);
    }
    await eventually(async () => (await shell.page.title()) === 'Fixture');
  });

  it('by a new window is refused', async () => {
    // As a user would, but without the mouse: on a busy machine a mouse click may not reach the page.
    await shell.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]!.webContents.executeJavaScript(
        "document.querySelector('#popup').click()",
        true,
      ),
    );
    await eventually(async () =>
      (await fixture()).navigations.includes('open https://example.invalid/popup'),
    );
    await eventually(() => shell.app.windows().length === 1);
  });
});

describe('permissions', () => {
  it('are the app’s to refuse', async () => {
    expect(await errorOf('navigator.mediaDevices.getUserMedia({ audio: true })')).toBe(
      'NotAllowedError: Permission denied',
    );
    expect(await errorOf('navigator.clipboard.readText()')).toBe('NotAllowedError: Permission denied');
    expect(await shell.page.evaluate(() => Notification.requestPermission())).toBe('denied');
    const { permissions } = await fixture();
    expect(permissions.map(({ permission }) => permission)).toEqual([
      'media',
      'clipboard-read',
      'notifications',
    ]);
    expect(permissions[0]!.url).toBe('app://fixture/index.html?q=1');
  });

  it('let a microphone in as far as there is one', async () => {
    await shell.app.evaluate(({ session }) => session.defaultSession.setPermissionRequestHandler(null));
    expect(await errorOf('navigator.mediaDevices.getUserMedia({ audio: true })')).toMatch(
      /^(NotFoundError|nothing)/,
    );
  });

  it('refuse windows as sources, saying why', async () => {
    await shell.app.evaluate(() => {
      (globalThis as unknown as MainGlobals).fixture.source = { id: 'window:1:0', name: 'some window' };
    });
    expect(await errorOf('navigator.mediaDevices.getDisplayMedia({ video: true })')).toBe(
      'NotAllowedError: The Chromium shell does not capture window:1:0 just now.',
    );
  });
});

describe('peer connections', () => {
  /** Resolves with the first address at which the page can be reached, or none after all candidates. */
  function findAddress(): Promise<string> {
    const { contentWindow } = document.body.appendChild(document.createElement('iframe'));
    const connection = new (contentWindow as unknown as typeof globalThis).RTCPeerConnection();
    connection.createDataChannel('any');
    void connection.createOffer().then((offer) => connection.setLocalDescription(offer));
    return new Promise((resolve) => {
      connection.onicecandidate = ({ candidate }) => resolve(candidate?.candidate ?? 'none');
    });
  }

  it('use UDP unless the app forbids it', async () => {
    expect(await shell.page.evaluate(findAddress)).toMatch(/^candidate:/);
    await shell.app.evaluate(async ({ BrowserWindow }) => {
      const window = BrowserWindow.getAllWindows()[0]!;
      window.webContents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
      await window.loadURL('app://fixture/index.html?q=1');
    });
    expect(await shell.page.evaluate(findAddress)).toBe('none');
  });
});

describe('what is not there', () => {
  it('throws instead of being undefined', async () => {
    const messages = await shell.app.evaluate((electron) => {
      const { app, BrowserWindow } = electron;
      const window = BrowserWindow.getAllWindows()[0]!;
      const reads = [
        () => app.dock,
        () => window.setKiosk,
        () => window.webContents.print,
        () => electron.autoUpdater,
      ];
      return reads.map((read) => {
        try {
          return String(read());
        } catch (error) {
          return (error as Error).message;
        }
      });
    });
    expect(messages).toEqual(
      ['app.dock', 'BrowserWindow.setKiosk', 'webContents.print', 'electron.autoUpdater'].map(
        (name) => `${name} is not implemented in the Chromium shell`,
      ),
    );
  });
});

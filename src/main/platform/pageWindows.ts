import { BrowserWindow, screen, type BrowserWindowConstructorOptions } from 'electron';
import type { Logger } from '../../shared/runtime';
import { pageUrl, preloadFile, type PageName } from './pages';

const TOOLBAR = { width: 500, height: 56 };
const EDGE = 16;
/** Limits reloads of a page that crashes each time it loads. */
const LOAD_AGAIN_MS = 1000;

/** The app's windows by page, at most one per page. */
export type PageWindows = {
  get(page: PageName): BrowserWindow | undefined;
  entries(): [PageName, BrowserWindow][];
  /** Resolves when the document is loaded. */
  open(page: PageName): Promise<BrowserWindow>;
  /** Closes the window without calling `onGone`. */
  close(page: PageName): void;
  /** Like `close`, for a page that hangs: also kills its process, which would otherwise keep running. */
  kill(page: PageName): void;
  /** Called when the user closed a window or the capture page crashed. */
  onGone(page: PageName, listener: () => void): void;
  /** Called when the user closed a window, or when it was minimised or hidden. */
  onOutOfSight(listener: (page: PageName) => void): void;
};

/** @param wayland the windows use Wayland, where `showInactive` does not work */
export function makePageWindows(log: Logger, { wayland }: { wayland: boolean }): PageWindows {
  const windows = new Map<PageName, BrowserWindow>();
  const goneListeners: [PageName, () => void][] = [];
  const outOfSightListeners: ((page: PageName) => void)[] = [];
  const outOfSight = (page: PageName) => {
    for (const listener of outOfSightListeners) listener(page);
  };
  return {
    get: (page) => windows.get(page),
    entries: () => [...windows],
    async open(page) {
      const window = makeWindow(page);
      surviveCrash(page, window, log);
      windows.set(page, window);
      window.on('closed', () => {
        if (windows.get(page) !== window) return;
        windows.delete(page);
        for (const [name, listener] of goneListeners) if (name === page) listener();
        outOfSight(page);
      });
      window.on('minimize', () => outOfSight(page));
      window.on('hide', () => outOfSight(page));
      await window.loadURL(pageUrl(page));
      if (page === 'toolbar' && wayland) window.show();
      else if (page === 'toolbar') window.showInactive();
      return window;
    },
    close(page) {
      const window = windows.get(page);
      windows.delete(page);
      window?.destroy();
    },
    kill(page) {
      windows.get(page)?.webContents.forcefullyCrashRenderer();
      this.close(page);
    },
    onGone: (page, listener) => void goneListeners.push([page, listener]),
    onOutOfSight: (listener) => void outOfSightListeners.push(listener),
  };
}

/** The only window factory: sandboxed, isolated, no Node. */
function makeWindow(page: PageName): BrowserWindow {
  const window = new BrowserWindow({
    ...(process.platform === 'darwin' ? {} : { autoHideMenuBar: true }),
    ...shapeOf(page),
    webPreferences: {
      preload: preloadFile,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      backgroundThrottling: false,
      // Chromium would download its dictionaries.
      spellcheck: false,
    },
  });
  // All pages share one origin and would share its zoom; the toolbar's window has no room for zoomed content.
  window.webContents.setZoomMode(page === 'main_window' ? 'isolated' : 'disabled');
  if (page === 'toolbar') {
    if (process.platform !== 'linux') window.setContentProtection(true);
    if (process.platform !== 'win32') window.setVisibleOnAllWorkspaces(true);
  }
  return window;
}

/** A crashed page leaves an empty window. Visible pages are reloaded in the same window. */
function surviveCrash(page: PageName, window: BrowserWindow, log: Logger): void {
  const loadAgain = () => {
    if (window.isDestroyed()) return;
    window
      .loadURL(pageUrl(page))
      .catch((error: unknown) => log.error('page not loaded again', { page, error: String(error) }));
  };
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    log.error('page gone', { page, reason, exitCode });
    // The recorder opens another one.
    if (page === 'capture') window.destroy();
    else setTimeout(loadAgain, LOAD_AGAIN_MS);
  });
}

function shapeOf(page: PageName): BrowserWindowConstructorOptions {
  switch (page) {
    case 'main_window':
      return { width: 1080, height: 760, minWidth: 480, minHeight: 480, title: 'Session Recorder' };
    case 'capture':
      return { show: false, width: 320, height: 240, title: 'Session Recorder capture' };
    case 'toolbar': {
      const { workArea } = screen.getPrimaryDisplay();
      return {
        ...TOOLBAR,
        // Shown after loading, without taking focus from the recorded program.
        show: false,
        x: workArea.x + workArea.width - TOOLBAR.width - EDGE,
        y: workArea.y + EDGE,
        title: 'Session Recorder toolbar',
        frame: false,
        resizable: false,
        alwaysOnTop: true,
        ...(process.platform === 'linux' ? {} : { skipTaskbar: true }),
      };
    }
  }
}

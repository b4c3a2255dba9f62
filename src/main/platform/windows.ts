import type { BrowserWindow, WebContents } from 'electron';
import type { Caller } from '../../shared/contract';
import type { CaptureGrant, Windows } from '../platformPort';
import type { Logger } from '../../shared/runtime';
import { shownPixels } from './displays';
import { makePageWindows, type PageWindows } from './pageWindows';
import type { PageName } from './pages';

/** The windows port, plus members that only the platform itself uses. */
export type AppWindows = Windows & {
  /** The kind of app page that these contents show; undefined for other contents. */
  kindOf(contents: WebContents | null): Caller | undefined;
  /** The main window's page, if it is open. */
  mainPage(): WebContents | undefined;
  /** The source that the open capture page may record. */
  chosenSourceId(): string | undefined;
  /** Records the result of the open capture page's request. */
  noteGrant(grant: CaptureGrant): void;
};

/** @param wayland the windows use Wayland, where no app can raise a window or learn that it was minimised */
export function makeWindows(log: Logger, { wayland }: { wayland: boolean }): AppWindows {
  const pages = makePageWindows(log, { wayland });
  const mainAway = makeMainAway(pages, wayland);
  let wasOpened = false;
  return {
    async openMain() {
      wasOpened = true;
      await pages.open('main_window');
    },
    async showMain() {
      // During the start (a second start, the tray or macOS may ask for it) the window opens by itself.
      if (!wasOpened) return;
      mainAway.end();
      bringToFront(pages.get('main_window') ?? (await pages.open('main_window')), wayland);
    },
    minimizeMain: () => mainAway.begin(),
    onMainClosed: (listener) => pages.onGone('main_window', listener),
    isMainOpen: () => pages.get('main_window') !== undefined,
    async openToolbar() {
      const window = pages.get('toolbar') ?? (await pages.open('toolbar'));
      if (window.isMinimized()) window.restore();
      mainAway.toolbarShown();
    },
    closeToolbar: () => pages.close('toolbar'),
    onUnseen(listener) {
      const isSeen = () => pages.entries().some(isSeenOrComing);
      pages.onOutOfSight((page) => isForPeople(page) && !isSeen() && listener());
    },
    ...captureWindow(pages),
    broadcast(name, payload) {
      const forCapture = name.startsWith('capture:');
      for (const [page, window] of pages.entries())
        if ((page === 'capture') === forCapture) window.webContents.send(name, payload);
    },
    visibleBounds: () => pages.entries().filter(isOnScreen).flatMap(shownArea),
    // A window that was just minimised may not know yet that it lost focus.
    hasFocus: () => pages.entries().some((entry) => isOnScreen(entry) && entry[1].isFocused()),
    kindOf(contents) {
      const found = pages.entries().find(([, window]) => window.webContents === contents);
      if (!found) return undefined;
      return found[0] === 'capture' ? 'capture' : 'window';
    },
    mainPage: () => pages.get('main_window')?.webContents,
  };
}

type Entry = [PageName, BrowserWindow];

function isForPeople(page: PageName): boolean {
  return page !== 'capture';
}

/** A toolbar that is not visible yet is still loading. */
function isSeenOrComing([page, window]: Entry): boolean {
  return page === 'toolbar' ? !window.isMinimized() : isForPeople(page) && isOnScreen([page, window]);
}

type CaptureWindow = Pick<
  AppWindows,
  | 'openCapture'
  | 'closeCapture'
  | 'killCapture'
  | 'onCaptureGone'
  | 'chosenSourceId'
  | 'captureGrant'
  | 'noteGrant'
>;

/** The hidden capture page, the source it may record, and the result of its request. */
function captureWindow(pages: PageWindows): CaptureWindow {
  let chosenSource: string | undefined;
  let grant: CaptureGrant | undefined;
  return {
    async openCapture(sourceId) {
      pages.close('capture');
      chosenSource = sourceId;
      grant = undefined;
      const window = await pages.open('capture');
      // getDisplayMedia needs a user gesture. The click was in another window, so it is passed on here.
      await window.webContents.executeJavaScript('void 0', true);
    },
    closeCapture() {
      chosenSource = undefined;
      pages.close('capture');
    },
    killCapture() {
      chosenSource = undefined;
      pages.kill('capture');
    },
    onCaptureGone: (listener) => pages.onGone('capture', listener),
    chosenSourceId: () => chosenSource,
    captureGrant: () => grant,
    noteGrant: (given) => void (grant = given),
  };
}

/**
 * Moves the main window out of the way of the recording. On Wayland it is hidden, because nothing can restore a
 * minimised window there; the toolbar is shown first, so that the recording always has a window.
 */
function makeMainAway(pages: PageWindows, wayland: boolean) {
  let isWanted = false;
  const hide = () => {
    if (!isWanted || !pages.get('toolbar')?.isVisible()) return;
    isWanted = false;
    pages.get('main_window')?.hide();
  };
  return {
    begin() {
      if (!wayland) return pages.get('main_window')?.minimize();
      isWanted = true;
      hide();
    },
    toolbarShown: hide,
    end: () => void (isWanted = false),
  };
}

function bringToFront(window: BrowserWindow, wayland: boolean): void {
  // Showing a hidden window raises it. A visible one may be minimised, which Wayland does not report.
  if (wayland && window.isVisible() && !window.isFocused()) window.hide();
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

function isOnScreen([, window]: Entry): boolean {
  return window.isVisible() && !window.isMinimized();
}

function shownArea([, window]: Entry) {
  return shownPixels(window.getBounds());
}

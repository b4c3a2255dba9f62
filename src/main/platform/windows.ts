import type { BrowserWindow, WebContents } from 'electron';
import type { Caller } from '../../shared/contract';
import type { CaptureGrant, Windows } from '../platformPort';
import type { Logger } from '../../shared/runtime';
import { shownPixels } from './displays';
import { makePageWindows, type PageWindows } from './pageWindows';
import type { PageName } from './pages';

/** The windows port, and what only the platform itself needs of it. */
export type AppWindows = Windows & {
  /** Which kind of our pages these contents are; undefined for anything else. */
  kindOf(contents: WebContents | null): Caller | undefined;
  /** The main window's page, when it is open. */
  mainPage(): WebContents | undefined;
  /** What the open capture page may record. */
  chosenSourceId(): string | undefined;
  /** What the open capture page was given when it asked. */
  noteGrant(grant: CaptureGrant): void;
};

/** @param wayland the windows are Wayland's, which no app can raise, and of which it does not hear that they are minimised */
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
      // While the app starts (a second start, the tray, macOS itself may ask for it then) it comes up by itself.
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
    // A window that was just minimised may not have heard yet that the keyboard is no longer its.
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

/** A toolbar that is not visible yet is just being loaded. */
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

/** The hidden capture page, what it may record, and what it was given. */
function captureWindow(pages: PageWindows): CaptureWindow {
  let chosenSource: string | undefined;
  let grant: CaptureGrant | undefined;
  return {
    async openCapture(sourceId) {
      pages.close('capture');
      chosenSource = sourceId;
      grant = undefined;
      const window = await pages.open('capture');
      // getDisplayMedia wants a user's gesture; the click was in another window, so it is passed on here.
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
 * Puts the main window out of the way of what is recorded. On Wayland it is hidden, for nothing brings a minimised one
 * back there; not before the toolbar is shown, so that the recording always has a window.
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
  // A window that is shown anew comes to the front; one that is there may be minimised, and nobody tells.
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

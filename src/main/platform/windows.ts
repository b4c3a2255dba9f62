import type { BrowserWindow, WebContents } from 'electron';
import type { Caller } from '../../shared/contract';
import type { Logger, Windows } from '../types';
import { shownPixels } from './displays';
import { makePageWindows } from './pageWindows';
import type { PageName } from './pages';

/** The windows port, and what only the platform itself needs of it. */
export type AppWindows = Windows & {
  /** Which kind of our pages these contents are; undefined for anything else. */
  kindOf(contents: WebContents | null): Caller | undefined;
  /** The main window's page, when it is open. */
  mainPage(): WebContents | undefined;
  /** What the open capture page may record. */
  chosenSourceId(): string | undefined;
};

export function makeWindows(log: Logger): AppWindows {
  const pages = makePageWindows(log);
  let chosenSource: string | undefined;
  let wasOpened = false;
  return {
    async openMain() {
      wasOpened = true;
      await pages.open('main_window');
    },
    async showMain() {
      // While the app starts (a second start, the tray, macOS itself may ask for it then) it comes up by itself.
      if (!wasOpened) return;
      bringToFront(pages.get('main_window') ?? (await pages.open('main_window')));
    },
    minimizeMain: () => pages.get('main_window')?.minimize(),
    onMainClosed: (listener) => pages.onGone('main_window', listener),
    async openToolbar() {
      const window = pages.get('toolbar') ?? (await pages.open('toolbar'));
      if (window.isMinimized()) window.restore();
    },
    closeToolbar: () => pages.close('toolbar'),
    onUnseen(listener) {
      const isSeen = () => pages.entries().some((entry) => isForPeople(entry[0]) && !entry[1].isMinimized());
      pages.onOutOfSight((page) => isForPeople(page) && !isSeen() && listener());
    },
    async openCapture(sourceId) {
      pages.close('capture');
      chosenSource = sourceId;
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
    chosenSourceId: () => chosenSource,
  };
}

type Entry = [PageName, BrowserWindow];

function isForPeople(page: PageName): boolean {
  return page !== 'capture';
}

function bringToFront(window: BrowserWindow): void {
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

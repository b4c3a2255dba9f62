import type { EventEmitter } from 'node:events';
import type { CdpSession } from '../chromium/cdpPipe.ts';
import { inBackground } from '../chromium/inBackground.ts';

/** Receives the events derived from the page's CDP events. */
export type PageListener = Pick<EventEmitter, 'emit'> & {
  isBusy: boolean;
  navigated(chromiumUrl: string, isSameDocument: boolean): void;
  noteRenderer(): Promise<void>;
  openRequested(url: string): void;
};

type ConsoleCall = { type: string; args: { value?: unknown; description?: string }[] };
type Exception = { exceptionDetails: { text: string; exception?: { description?: string } } };
type Navigated = { frame: { parentId?: string; url: string; urlFragment?: string } };

function tellConsole(page: PageListener, level: string, message: string): void {
  page.emit('console-message', { level, message, lineNumber: 0, sourceId: '' });
}

export function reportPageEvents(page: PageListener, cdp: CdpSession, frameId: string): void {
  cdp.on('Page.frameNavigated', ({ frame }: Navigated) => {
    if (!frame.parentId) page.navigated(frame.url + (frame.urlFragment ?? ''), false);
  });
  cdp.on('Page.navigatedWithinDocument', (within: { frameId: string; url: string }) => {
    if (within.frameId === frameId) page.navigated(within.url, true);
  });
  cdp.on('Page.domContentEventFired', () => page.emit('dom-ready', {}));
  cdp.on('Page.loadEventFired', () => {
    page.isBusy = false;
    // The renderer's pid is known before listeners handle the load.
    const tell = () => {
      page.emit('did-finish-load', {});
      page.emit('did-stop-loading', {});
    };
    inBackground(page.noteRenderer().finally(tell));
  });
  cdp.on('Page.windowOpen', ({ url }: { url: string }) => page.openRequested(url));
  cdp.on('Runtime.consoleAPICalled', ({ type, args }: ConsoleCall) => {
    tellConsole(page, type, args.map(({ value, description }) => String(value ?? description)).join(' '));
  });
  cdp.on('Runtime.exceptionThrown', ({ exceptionDetails: { text, exception } }: Exception) => {
    tellConsole(page, 'error', exception?.description ?? text);
  });
}

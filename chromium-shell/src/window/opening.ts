import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from '../app/app.ts';
import { chromium } from '../chromium/chromium.ts';
import type { CdpSession } from '../chromium/cdpPipe.ts';
import { inBackground } from '../chromium/inBackground.ts';
import { findWindowByTitle, XWindow } from '../x11/xWindow.ts';

const assets = path.join(import.meta.dirname, '..', '..', 'assets');
const openPatienceMs = 20_000;

export type TargetInfo = { targetId: string; type: string; title: string; url: string; openerId?: string };
type Attached = { sessionId: string; targetInfo: TargetInfo };

export type OpenedWindow = { cdp: CdpSession; targetId: string; windowId: number; xWindow: XWindow };

const expected = new Map<string, (attached: Attached) => void>();
let lastOpening: Promise<unknown> = Promise.resolve();

/** Closes every page that the shell did not open (a popup, Ctrl+N in Chrome). */
function onAttached(attached: Attached): void {
  const { sessionId, targetInfo } = attached;
  const token = /#(shell-[\w-]+)$/.exec(targetInfo.url)?.[1];
  const opener = token && expected.get(token);
  const cdp = chromium.session(sessionId);
  inBackground(cdp.send('Runtime.runIfWaitingForDebugger'));
  if (opener) opener(attached);
  else inBackground(chromium.browser.send('Target.closeTarget', { targetId: targetInfo.targetId }));
}

export async function watchForWindows(): Promise<void> {
  const filter = [{ type: 'page' }, { exclude: true }];
  chromium.browser.on('Target.attachedToTarget', onAttached);
  await chromium.browser.send('Target.setDiscoverTargets', { discover: true, filter });
  await chromium.browser.send('Target.setAutoAttach', {
    autoAttach: true,
    waitForDebuggerOnStart: true,
    flatten: true,
    filter,
  });
}

/** Opens a blank, hidden window. One at a time, to keep the app's order. */
export function openWindow(isFrameless: boolean): Promise<OpenedWindow> {
  const opening = lastOpening.then(() => openNow(isFrameless));
  lastOpening = opening.catch(() => undefined);
  return opening;
}

async function openNow(isFrameless: boolean): Promise<OpenedWindow> {
  const token = `shell-${randomUUID()}`;
  const attached = nextTarget(token);
  // The window manager recognises frameless windows by the URL of their first page.
  const blank = path.join(assets, isFrameless ? 'blank-frameless.html' : 'blank.html');
  chromium.openAppWindow(`${pathToFileURL(blank).href}#${token}`);
  const { sessionId, targetInfo } = await attached;
  const { targetId } = targetInfo;
  const [{ windowId }, id] = await Promise.all([
    chromium.browser.send<{ windowId: number }>('Browser.getWindowForTarget', { targetId }),
    findWindowByTitle(token),
  ]);
  const xWindow = new XWindow(id);
  await xWindow.nameAfter(app.getName());
  return { cdp: chromium.session(sessionId), targetId, windowId, xWindow };
}

function nextTarget(token: string): Promise<Attached> {
  return new Promise((resolve, reject) => {
    const impatient = setTimeout(() => {
      expected.delete(token);
      reject(new Error(`Chromium opened no window within ${openPatienceMs / 1000} s`));
    }, openPatienceMs);
    expected.set(token, (attached) => {
      clearTimeout(impatient);
      expected.delete(token);
      resolve(attached);
    });
  });
}

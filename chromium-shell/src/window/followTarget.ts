import { chromium } from '../chromium/chromium.ts';
import type { OpenedWindow, TargetInfo } from './opening.ts';

export type TargetFollower = {
  titled(title: string): void;
  crashed(status: string, errorCode: number): void;
  detached(): void;
  /** The user closes the window, or the page navigates away; true agrees. */
  closeAsked(): boolean;
};

/** Reports the events of one window's target; returns a function that stops it. */
export function followTarget({ cdp, targetId }: OpenedWindow, follower: TargetFollower): () => void {
  const { browser } = chromium;
  const onInfo = ({ targetInfo }: { targetInfo: TargetInfo }) => {
    if (targetInfo.targetId === targetId) follower.titled(targetInfo.title);
  };
  const onDetached = ({ sessionId }: { sessionId: string }) => {
    if (sessionId === cdp.id) follower.detached();
  };
  const onCrashed = (crash: { targetId: string; status: string; errorCode: number }) => {
    if (crash.targetId === targetId) follower.crashed(crash.status, crash.errorCode);
  };
  browser.on('Target.targetInfoChanged', onInfo);
  browser.on('Target.detachedFromTarget', onDetached);
  browser.on('Target.targetCrashed', onCrashed);
  cdp.on('Page.javascriptDialogOpening', ({ type }: { type: string }) => {
    if (type !== 'beforeunload') return; // alert and similar dialogs belong to the user or the test tool
    cdp.send('Page.handleJavaScriptDialog', { accept: follower.closeAsked() }).catch(() => undefined); // answered by a test tool
  });
  return () => {
    browser.off('Target.targetInfoChanged', onInfo);
    browser.off('Target.detachedFromTarget', onDetached);
    browser.off('Target.targetCrashed', onCrashed);
    chromium.forget(cdp.id!);
  };
}

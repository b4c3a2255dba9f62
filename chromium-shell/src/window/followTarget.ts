import { chromium } from '../chromium/chromium.ts';
import type { OpenedWindow, TargetInfo } from './opening.ts';

export type TargetFollower = {
  titled(title: string): void;
  crashed(status: string, errorCode: number): void;
  detached(): void;
  /** The person closes the window, or the page is left; true agrees. */
  closeAsked(): boolean;
};

/** Reports what happens to one window's target; returns the way to stop. */
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
    if (type !== 'beforeunload') return; // alert and its like are the person's, or the test tool's
    cdp.send('Page.handleJavaScriptDialog', { accept: follower.closeAsked() }).catch(() => undefined); // answered by a test tool
  });
  return () => {
    browser.off('Target.targetInfoChanged', onInfo);
    browser.off('Target.detachedFromTarget', onDetached);
    browser.off('Target.targetCrashed', onCrashed);
    chromium.forget(cdp.id!);
  };
}

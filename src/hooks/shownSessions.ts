import { isFolderKey } from '../shared/ids';

/** More rows than any screen shows: limits the cost for main. */
const MOST = 100;

/** Checks the sessions on screen through `lookAt`: one call at a time, and each session as soon as it is shown. */
export function createShownSessions(lookAt: (sessionIds: readonly string[]) => Promise<unknown>) {
  let shown: readonly string[] = [];
  let isLooking = false;

  function look(): void {
    if (isLooking || shown.length === 0) return;
    const now = shown;
    isLooking = true;
    void lookAt(now).then(() => {
      isLooking = false;
      // Sessions that appeared meanwhile are checked at once.
      if (shown !== now) look();
    });
  }

  return {
    look,
    show(sessionIds: readonly string[]): void {
      // A folder that waits to be adopted has no session files to check.
      shown = sessionIds.filter((key) => !isFolderKey(key)).slice(0, MOST);
      look();
    },
  };
}

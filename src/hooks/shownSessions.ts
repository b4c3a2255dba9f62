import { isFolderKey } from '../shared/ids';

/** More rows than any screen has: what they cost main stays bound. */
const MOST = 100;

/** The sessions on the screen, looked at through `lookAt`: one look at a time, and each as soon as it is shown. */
export function createShownSessions(lookAt: (sessionIds: readonly string[]) => Promise<unknown>) {
  let shown: readonly string[] = [];
  let isLooking = false;

  function look(): void {
    if (isLooking || shown.length === 0) return;
    const now = shown;
    isLooking = true;
    void lookAt(now).then(() => {
      isLooking = false;
      // Whoever came on the screen meanwhile does not wait for the next turn.
      if (shown !== now) look();
    });
  }

  return {
    look,
    show(sessionIds: readonly string[]): void {
      // A folder that waits to be adopted has no session's files to be looked for.
      shown = sessionIds.filter((key) => !isFolderKey(key)).slice(0, MOST);
      look();
    },
  };
}

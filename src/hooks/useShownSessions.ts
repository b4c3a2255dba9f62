import { useEffect, useState } from 'react';
import { callBridge } from './callBridge';
import { createShownSessions } from './shownSessions';

const LOOK_EVERY_MS = 2000;

/**
 * Has main check the sessions on screen repeatedly, so that external changes of their files show up in seconds.
 * @returns a stable function that takes the ids
 */
export function useShownSessions(): (sessionIds: readonly string[]) => void {
  const [shown] = useState(() =>
    createShownSessions((sessionIds) => callBridge((call) => call.lookAtSessions([...sessionIds]))),
  );
  useEffect(() => {
    const timer = setInterval(() => !document.hidden && shown.look(), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [shown]);
  return shown.show;
}

import { useEffect, useState } from 'react';
import { callBridge } from './callBridge';
import { createShownSessions } from './shownSessions';

const LOOK_EVERY_MS = 2000;

/**
 * Has main look again and again at the sessions on the screen, so that what is done to their files by other hands is
 * noticed in seconds. @returns what takes their ids; it keeps its identity
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

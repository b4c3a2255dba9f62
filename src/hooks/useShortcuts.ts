import { useEffect, useState } from 'react';
import type { ShortcutsInEffect } from '../shared/recording';
import { callBridge } from './callBridge';

/** The global shortcuts in effect; absent until main has answered. Without an answer none can be shown. */
export function useShortcuts(): ShortcutsInEffect | undefined {
  const [shortcuts, setShortcuts] = useState<ShortcutsInEffect>();
  useEffect(() => {
    void callBridge((call) => call.getShortcuts()).then((reply) => reply.ok && setShortcuts(reply.value));
  }, []);
  return shortcuts;
}

import { useEffect, useState } from 'react';
import type { ShortcutsInEffect } from '../shared/recording';
import { callBridge } from './callBridge';

/** The active global shortcuts; absent until main has answered, and if it does not answer. */
export function useShortcuts(): ShortcutsInEffect | undefined {
  const [shortcuts, setShortcuts] = useState<ShortcutsInEffect>();
  useEffect(() => {
    void callBridge((call) => call.getShortcuts()).then((reply) => reply.ok && setShortcuts(reply.value));
  }, []);
  return shortcuts;
}

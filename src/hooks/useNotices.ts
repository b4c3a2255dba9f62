import { useEffect, useState } from 'react';
import type { Notice } from '../shared/contract';
import { callBridge } from './callBridge';
import { useBridgeEvent } from './useBridgeEvent';

const BRIDGE_NOTICE = 'bridge';

/** What the user should know that belongs to no single row, and how to put it away. */
export function useNotices(): { notices: Notice[]; dismiss: (id: string) => void } {
  const [fromMain, setFromMain] = useState<Notice[]>();
  const [own, setOwn] = useState<Notice[]>([]);

  useEffect(() => {
    void callBridge((call) => call.getNotices()).then((reply) => {
      if (reply.ok) setFromMain((now) => now ?? reply.value);
      else setOwn([{ id: BRIDGE_NOTICE, kind: 'error', error: reply.error }]);
    });
  }, []);
  useBridgeEvent('app:notices', setFromMain);

  const dismiss = (id: string) => {
    if (id === BRIDGE_NOTICE) return setOwn([]);
    setFromMain((now) => now?.filter((notice) => notice.id !== id));
    void callBridge((call) => call.dismissNotice(id)).then(
      (reply) => !reply.ok && setOwn([{ id: BRIDGE_NOTICE, kind: 'error', error: reply.error }]),
    );
  };
  return { notices: [...own, ...(fromMain ?? [])], dismiss };
}

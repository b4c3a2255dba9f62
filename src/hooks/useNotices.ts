import { useCallback, useEffect, useState } from 'react';
import type { Notice } from '../shared/contract';
import { callBridge } from './callBridge';
import { useBridgeEvent } from './useBridgeEvent';

const BRIDGE_NOTICE = 'bridge';

export type Notices = {
  notices: Notice[];
  dismiss: (id: string) => void;
  /** Puts up a notice of this window's own under `id`, in the place of an earlier one; undefined takes it away. */
  put: (id: string, notice: Omit<Notice, 'id'> | undefined) => void;
};

/** What the user should know that belongs to no single row, and how to put it away. */
export function useNotices(): Notices {
  const [fromMain, setFromMain] = useState<Notice[]>();
  const [own, setOwn] = useState<Notice[]>([]);

  const put = useCallback<Notices['put']>((id, notice) => {
    setOwn((now) => [...now.filter((other) => other.id !== id), ...(notice ? [{ ...notice, id }] : [])]);
  }, []);
  useEffect(() => {
    void callBridge((call) => call.getNotices()).then((reply) => {
      if (reply.ok) setFromMain((now) => now ?? reply.value);
      else put(BRIDGE_NOTICE, { kind: 'error', error: reply.error });
    });
  }, [put]);
  useBridgeEvent('app:notices', setFromMain);

  const dismiss = (id: string) => {
    if (own.some((notice) => notice.id === id)) return put(id, undefined);
    setFromMain((now) => now?.filter((notice) => notice.id !== id));
    void callBridge((call) => call.dismissNotice(id)).then(
      (reply) => !reply.ok && put(BRIDGE_NOTICE, { kind: 'error', error: reply.error }),
    );
  };
  return { notices: [...own, ...(fromMain ?? [])], dismiss, put };
}

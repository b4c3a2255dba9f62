import { useCallback, useEffect, useState } from 'react';
import type { Notice } from '../shared/contract';
import { callBridge } from './callBridge';
import { useBridgeEvent } from './useBridgeEvent';

const BRIDGE_NOTICE = 'bridge';

export type Notices = {
  notices: Notice[];
  dismiss: (ids: readonly string[]) => void;
  /** Shows this window's own notice under `id`, replacing an earlier one; undefined removes it. */
  put: (id: string, notice: Omit<Notice, 'id'> | undefined) => void;
};

/** The notices that belong to no single row, and how to dismiss them. */
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

  const dismiss = (ids: readonly string[]) => {
    for (const { id } of own) if (ids.includes(id)) put(id, undefined);
    const ofMain = (fromMain ?? []).map(({ id }) => id).filter((id) => ids.includes(id));
    if (ofMain.length === 0) return;
    setFromMain((now) => now?.filter((notice) => !ofMain.includes(notice.id)));
    void callBridge((call) => call.dismissNotices(ofMain)).then(
      (reply) => !reply.ok && put(BRIDGE_NOTICE, { kind: 'error', error: reply.error }),
    );
  };
  return { notices: [...own, ...(fromMain ?? [])], dismiss, put };
}

import { useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import type { AppError, Reply } from '../shared/appError';
import type { Bridge } from '../shared/bridge';
import type { SessionListItem } from '../shared/session';
import { callBridge } from './callBridge';
import { createSessionsStore } from './sessionsStore';
import { useBridgeEvent } from './useBridgeEvent';

/** What a row's buttons do. A refusal is kept under the session's id in `refusals` until its next command. */
export type SessionCommands = {
  upload: (sessionId: string) => void;
  retry: (sessionId: string) => void;
  cancel: (sessionId: string) => void;
  exportBundle: (sessionId: string) => void;
  remove: (sessionId: string) => void;
  showInFolder: (sessionId: string) => void;
};

export type Sessions = {
  /** Newest first, uploads and exports live. */
  sessions: SessionListItem[];
  loading: boolean;
  loadError?: AppError;
  refusals: Readonly<Record<string, AppError>>;
  refresh: () => void;
  commands: SessionCommands;
};

/** The session list: loaded once, kept current by main's events. */
export function useSessions(): Sessions {
  const [store] = useState(() => createSessionsStore(() => callBridge((call) => call.listSessions())));
  const state = useStore(store);
  const [refusals, setRefusals] = useState<Readonly<Record<string, AppError>>>({});

  useEffect(() => void store.refresh(), [store]);
  useBridgeEvent('sessions:changed', () => void store.refresh());
  useBridgeEvent('upload:progress', store.takeUpload);
  useBridgeEvent('export:progress', store.takeExport);

  const commands = useMemo(() => bindCommands(setRefusals), []);
  return { ...state, refusals, refresh: () => void store.refresh(), commands };
}

type SetRefusals = (
  change: (now: Readonly<Record<string, AppError>>) => Readonly<Record<string, AppError>>,
) => void;

function bindCommands(setRefusals: SetRefusals): SessionCommands {
  const bind =
    (send: (call: Bridge['call'], sessionId: string) => Promise<Reply<void>>) => (sessionId: string) => {
      void callBridge((call) => send(call, sessionId)).then((reply) =>
        setRefusals(({ [sessionId]: _before, ...others }) =>
          reply.ok ? others : { ...others, [sessionId]: reply.error },
        ),
      );
    };
  return {
    upload: bind((call, id) => call.uploadSession(id)),
    retry: bind((call, id) => call.retryUpload(id)),
    cancel: bind((call, id) => call.cancelUpload(id)),
    exportBundle: bind((call, id) => call.exportSession(id)),
    remove: bind((call, id) => call.deleteSession(id)),
    showInFolder: bind((call, id) => call.showSessionInFolder(id)),
  };
}

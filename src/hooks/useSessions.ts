import { useCallback, useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import type { AppError } from '../shared/appError';
import type { SessionListItem } from '../shared/session';
import { callBridge } from './callBridge';
import { bindListCommands, type ListCommands, type TellOutcome } from './listCommands';
import { bindRowCommands, type RowNotes, type SessionCommands } from './rowCommands';
import { createSessionsStore } from './sessionsStore';
import { useBridgeEvent } from './useBridgeEvent';
import { useShownSessions } from './useShownSessions';
import { useWindowFocus } from './useWindowFocus';

export type Sessions = {
  /** Newest first, with live uploads and exports. */
  sessions: SessionListItem[];
  loading: boolean;
  loadError?: AppError;
  /** The results of the last commands on the rows, by session id. */
  notes: RowNotes;
  /** The id of the session in the player. */
  opened?: string;
  close: () => void;
  refresh: () => void;
  /** Receives the ids of the sessions on screen. */
  onShown: (sessionIds: readonly string[]) => void;
  commands: SessionCommands & { open: (sessionId: string) => void };
  listCommands: ListCommands;
};

/** The session list: loaded once, kept current by main's events. `tell` must be stable. */
export function useSessions(tell: TellOutcome): Sessions {
  const [store] = useState(() =>
    createSessionsStore(
      () => callBridge((call) => call.listSessions()),
      // The export wrote the summary. This adds changes from between the export and the list, e.g. a note.
      (sessionId) => void callBridge((call) => call.saveSessionMeta(sessionId)),
    ),
  );
  const state = useStore(store);
  const [notes, setNotes] = useState<RowNotes>({});
  const [opened, setOpened] = useState<string>();

  useEffect(() => void store.refresh(), [store]);
  // The user may have changed files while the window was not focused.
  useWindowFocus(() => void callBridge((call) => call.lookForChanges()));
  const onShown = useShownSessions();
  useBridgeEvent('sessions:changed', () => void store.refresh());
  useBridgeEvent('upload:progress', store.takeUpload);
  useBridgeEvent('export:progress', store.takeExport);

  const commands = useMemo(
    () => ({ ...bindRowCommands(setNotes, () => void store.refresh()), open: setOpened }),
    [store],
  );
  const close = useCallback(() => setOpened(undefined), []);
  const listCommands = useMemo(() => bindListCommands(tell), [tell]);
  return {
    ...state,
    notes,
    opened,
    close,
    refresh: () => void store.refresh(),
    onShown,
    commands,
    listCommands,
  };
}

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
  /** Newest first, uploads and exports live. */
  sessions: SessionListItem[];
  loading: boolean;
  loadError?: AppError;
  /** How the last command on a row ended, by the session's id. */
  notes: RowNotes;
  /** The session in the player, by its id. */
  opened?: string;
  close: () => void;
  refresh: () => void;
  /** Takes the ids of the sessions on the screen. */
  onShown: (sessionIds: readonly string[]) => void;
  commands: SessionCommands & { open: (sessionId: string) => void };
  listCommands: ListCommands;
};

/** The session list: loaded once, kept current by main's events. `tell` keeps its identity. */
export function useSessions(tell: TellOutcome): Sessions {
  const [store] = useState(() =>
    createSessionsStore(
      () => callBridge((call) => call.listSessions()),
      // The export wrote the summary. What changed between it and the list, e.g. a note, is taken up by this.
      (sessionId) => void callBridge((call) => call.saveSessionMeta(sessionId)),
    ),
  );
  const state = useStore(store);
  const [notes, setNotes] = useState<RowNotes>({});
  const [opened, setOpened] = useState<string>();

  useEffect(() => void store.refresh(), [store]);
  // Whoever comes back may have been among the files meanwhile.
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

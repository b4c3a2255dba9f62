import type { JsonFileContext } from '../../src/lib/jsonFile';
import { toJob, toSession } from '../../src/main/upload/sessionStates';
import { createUploadStateStore, type UploadStateStore } from '../../src/main/uploadStateStore';
import { openSqliteJobStore } from '../../src/upload/queue/sqliteJobStore';
import type { FakeSessions } from '../fakes/FakeSessions';

/** Where the states of uploads are kept: the engine promises the same over both. */
export const STATE_STORES = ['upload-state.json', 'SQLite'] as const;
export type StateStoreName = (typeof STATE_STORES)[number];

export type KeptStates = { states: UploadStateStore; close: () => Promise<void> };

type Context = JsonFileContext & { onUnreadable: (sessionId: string, error: unknown) => void };

/** The file that holds the state of one session. */
export function stateFileOf(name: StateStoreName, sessions: FakeSessions, sessionId: string): string {
  const file = sessions.uploadStateFile(sessionId);
  return name === 'SQLite' ? `${file}.db` : file;
}

/** Opens the states of one session. */
export function openStates(
  name: StateStoreName,
  sessions: FakeSessions,
  sessionId: string,
  context: Context,
): KeptStates {
  if (name === 'SQLite') return sqliteStates(stateFileOf(name, sessions, sessionId), context);
  return { states: createUploadStateStore({ sessions, ...context }), close: async () => undefined };
}

function sqliteStates(file: string, context: Context): KeptStates {
  const store = openSqliteJobStore(file, context);
  const states: UploadStateStore = {
    open: async () => undefined,
    async readUploadState(sessionId) {
      const state = await store.read(sessionId);
      return state && toSession(state);
    },
    writeUploadState: (state) => store.save(toJob(state)),
    scanAllUploadStates: async (sessionIds) => (await store.readAll(sessionIds)).map(toSession),
  };
  return { states, close: () => store.close() };
}

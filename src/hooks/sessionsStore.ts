import { createStore } from 'zustand/vanilla';
import type { AppError, Reply } from '../shared/appError';
import type { SessionListItem } from '../shared/session';
import type { UploadProgressPayload } from '../shared/upload';
import {
  applyExportProgress,
  applyUploadProgress,
  needsFreshList,
  newlyExported,
  sortNewestFirst,
} from './sessionList';

export type SessionsState = {
  sessions: SessionListItem[];
  /** True until the first answer, and again while a failed load is retried. */
  loading: boolean;
  loadError?: AppError;
};

type Patch = (items: readonly SessionListItem[]) => SessionListItem[];

/**
 * The window's list: a snapshot from `listSessions`, kept current by events. Loads never overlap; a request during a
 * load starts another one after it. News that arrives during a load is also applied to its result, because the snapshot
 * may be older.
 */
export function createSessionsStore(
  load: () => Promise<Reply<SessionListItem[]>>,
  /** Called for each session in the list whose export succeeded. */
  onExported: (sessionId: string) => void = () => undefined,
) {
  const store = createStore<SessionsState>(() => ({ sessions: [], loading: true }));
  let running: Promise<void> | undefined;
  let again = false;
  let newsMeanwhile: Patch[] = [];

  async function loadOnce(): Promise<void> {
    newsMeanwhile = [];
    if (store.getState().loadError) store.setState({ loading: true });
    const reply = await load();
    if (!reply.ok) return store.setState({ loading: false, loadError: reply.error });
    const sessions = newsMeanwhile.reduce<SessionListItem[]>((items, patch) => patch(items), reply.value);
    const before = store.getState().sessions;
    store.setState({ sessions: sortNewestFirst(sessions), loading: false, loadError: undefined });
    for (const sessionId of newlyExported(before, sessions)) onExported(sessionId);
  }

  async function loadUntilCurrent(): Promise<void> {
    try {
      do {
        again = false;
        await loadOnce();
      } while (again);
    } finally {
      running = undefined;
    }
  }

  function refresh(): Promise<void> {
    if (running) again = true;
    else running = loadUntilCurrent();
    return running;
  }

  function take(patch: Patch): void {
    if (running) newsMeanwhile.push(patch);
    store.setState((state) => ({ sessions: patch(state.sessions) }));
  }

  return {
    ...store,
    refresh,
    takeUpload(news: UploadProgressPayload): void {
      const stale = needsFreshList(store.getState().sessions, news);
      take((items) => applyUploadProgress(items, news));
      if (stale) void refresh();
    },
    takeExport: (news: { sessionId: string; progress: number }) =>
      take((items) => applyExportProgress(items, news)),
  };
}

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
 * The list as the window knows it: a snapshot from `listSessions`, kept current by events.
 * Loads never overlap; one asked for meanwhile follows. News that arrives while a load is under way is applied to
 * its answer too, because the answer may have been taken before the news.
 */
export function createSessionsStore(
  load: () => Promise<Reply<SessionListItem[]>>,
  /** Told of each session whose export ended well while it was in the list. */
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

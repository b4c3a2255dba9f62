import type { AppError } from '../shared/appError';
import type { Notice } from '../shared/contract';
import type { Binder } from './lib/bindCommand';
import type { Random, ReportNotice, Windows } from './types';

/** News of the same thing: the newer one is true. */
function isOf(earlier: AppError, error: AppError): boolean {
  return error.details !== undefined && earlier.code === error.code && earlier.details === error.details;
}

/** What the user should know and has not dismissed, oldest first. Lives as long as the process: causes are in the log. */
export function createNotices(parts: {
  bind: Binder;
  windows: Pick<Windows, 'broadcast'>;
  random: Pick<Random, 'uuid'>;
}): { report: ReportNotice } {
  let notices: Notice[] = [];
  const set = (next: Notice[]) => {
    notices = next;
    parts.windows.broadcast('app:notices', notices);
  };
  parts.bind('getNotices', () => notices);
  parts.bind('dismissNotice', (id) => set(notices.filter((notice) => notice.id !== id)));
  return {
    report(kind, error) {
      const isEarlier = (notice: Notice) => isOf(notice.error, error);
      set([...notices.filter((notice) => !isEarlier(notice)), { id: parts.random.uuid(), kind, error }]);
    },
  };
}

import type { AppError } from '../shared/appError';
import type { Notice } from '../shared/contract';
import type { Binder } from './bindCommand';
import type { Random, ReportNotice, WithdrawNotice } from '../shared/runtime';
import type { Windows } from './platformPort';

/** The maximum number of different notices shown at once; older ones are only in the log. */
const MOST_NOTICES = 50;
/** The maximum number of details kept for equal notices. */
const MOST_DETAILS = 50;

/** Equal notices, shown as one message with the details of each. `count` includes those whose details were dropped. */
type Group = Pick<Notice, 'id' | 'kind'> & { error: AppError; details: string[]; count: number };

/** The notices that the user has not dismissed, oldest first. Kept in memory only; the log has the causes. */
export function createNotices(parts: {
  bind: Binder;
  windows: Pick<Windows, 'broadcast'>;
  random: Pick<Random, 'uuid'>;
}): { report: ReportNotice; withdraw: WithdrawNotice } {
  let groups: Group[] = [];
  let dropped = 0;
  const notices = () => [...(dropped > 0 ? [notShown(dropped)] : []), ...groups.map(noticeOf)];
  const set = (next: Group[]) => {
    const excess = Math.max(0, next.length - MOST_NOTICES);
    dropped += excess;
    groups = next.slice(excess);
    parts.windows.broadcast('app:notices', notices());
  };
  parts.bind('getNotices', notices);
  parts.bind('dismissNotices', (ids) => {
    if (ids.includes(NOT_SHOWN)) dropped = 0;
    set(groups.filter((group) => !ids.includes(group.id)));
  });
  return {
    report(kind, error) {
      const others = groups.flatMap((group) => withoutEarlier(group, error));
      const equal = others.find((group) => group.kind === kind && isEqual(group.error, error));
      if (!equal) return set([...others, newGroup(parts.random.uuid(), kind, error)]);
      set(others.map((group) => (group === equal ? gathered(group, error) : group)));
    },
    withdraw(code) {
      if (groups.some((group) => group.error.code === code))
        set(groups.filter((group) => group.error.code !== code));
    },
  };
}

function newGroup(id: string, kind: Notice['kind'], { details, ...error }: AppError): Group {
  return { id, kind, error, details: details === undefined ? [] : [details], count: 1 };
}

function isEqual(one: AppError, other: AppError): boolean {
  return one.code === other.code && one.message === other.message && one.action === other.action;
}

/** A notice replaces an earlier one about the same thing, because the newer one is current. */
function withoutEarlier(group: Group, { code, details }: AppError): Group[] {
  if (details === undefined || group.error.code !== code || !group.details.includes(details)) return [group];
  if (group.count === 1) return [];
  return [
    { ...group, details: group.details.filter((earlier) => earlier !== details), count: group.count - 1 },
  ];
}

function gathered(group: Group, { details }: AppError): Group {
  const kept = details === undefined || group.details.length >= MOST_DETAILS ? [] : [details];
  return { ...group, details: [...group.details, ...kept], count: group.count + 1 };
}

function noticeOf({ id, kind, error, details, count }: Group): Notice {
  if (count === 1)
    return { id, kind, error: details.length === 0 ? error : { ...error, details: details[0] } };
  const unnamed = count - details.length;
  const more = unnamed > 0 && details.length > 0 ? [`… and ${unnamed} more`] : [];
  const all = [...details, ...more].join('\n');
  const message = `${error.message} (${count} times)`;
  return { id, kind, error: { ...error, message, ...(all === '' ? {} : { details: all }) } };
}

const NOT_SHOWN = 'not-shown';

function notShown(count: number): Notice {
  const error = {
    code: 'NoticesNotShown',
    message: `${count} earlier ${count === 1 ? 'notice is' : 'notices are'} not shown any more.`,
    action: 'They are in the log of the app, logs/main.log in its data folder.',
  };
  return { id: NOT_SHOWN, kind: 'warning', error };
}

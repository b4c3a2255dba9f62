import { matching } from './bounds';

/**
 * A session's id: local start time to the second, then four random hex digits, e.g. `20260131-142530-9f3a`.
 * It is used as a folder name and in a key, so the pattern allows no characters that are special in paths or URLs.
 */
export const sessionIdPattern = /^\d{8}-\d{6}-[0-9a-f]{4}$/;

export const sessionIdSchema = matching(sessionIdPattern, 'session id', 20);

/** Whether `value` may be used as a session's folder name. */
export function isSessionId(value: string): boolean {
  return sessionIdPattern.test(value);
}

const FOLDER_KEY = 'folder:';

/**
 * The key of a row for a folder whose name is not a session id. Safe in ids of a page's elements, for any folder name.
 */
export function folderKey(name: string): string {
  return FOLDER_KEY + encodeURIComponent(name.toWellFormed());
}

export function isFolderKey(key: string): boolean {
  return key.startsWith(FOLDER_KEY);
}

/** Identifies a row of the list: a session's id, or a folder's key. */
export const rowKeySchema = matching(
  /^(?:\d{8}-\d{6}-[0-9a-f]{4}|folder:[A-Za-z0-9%_.!~*'()-]+)$/,
  'row of the list',
  10_000,
);

/**
 * Creates a session id from its start time.
 * @param startedAt epoch milliseconds
 * @param randomHex at least four lower-case hex digits
 */
export function makeSessionId(startedAt: number, randomHex: string): string {
  const d = new Date(startedAt);
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${d.getFullYear()}${two(d.getMonth() + 1)}${two(d.getDate())}`;
  const time = `${two(d.getHours())}${two(d.getMinutes())}${two(d.getSeconds())}`;
  return `${day}-${time}-${randomHex.slice(0, 4)}`;
}

import type { AppError } from '../shared/appError';
import type { SessionListItem, SessionMeta } from '../shared/session';

/** A row of the list without its upload. */
export type RecordingSummary = Omit<
  SessionListItem,
  | 'uploadStatus'
  | 'uploadUnknown'
  | 'uploadClaim'
  | 'uploadProgress'
  | 'lastUploadError'
  | 'upload'
  | 'location'
  | 'uploaded'
>;

/**
 * A bundle as its export left it, times in epoch milliseconds. No size: the summary was remade while the bundle was
 * away. No CRC-32: an earlier version made it.
 */
export type MadeBundle = { size?: number; modifiedAt: number; crc32?: number };

/** The sessions folder, as features other than the recorder need it. Implemented by `sessions/`. */
export type Sessions = {
  /** Newest first. Includes damaged sessions. */
  list(): Promise<RecordingSummary[]>;
  /** Rows for folders with recordings whose names are not session ids, e.g. because a user renamed them. */
  listStrays(): Promise<RecordingSummary[]>;
  /** Ids of all session folders. */
  ids(): Promise<string[]>;
  /** Whether an entry with that name exists, folder or not. */
  exists(sessionId: string): Promise<boolean>;
  /** Rejects with the reason if the session is gone or its entry is not a folder. */
  requireFolder(sessionId: string): Promise<void>;
  /** Whether `.exported` exists. */
  isExported(sessionId: string): Promise<boolean>;
  /** The path of the bundle, whether or not it exists. */
  bundleFile(sessionId: string): string;
  /** Why the present bundle differs from the exported one; null if it does not. */
  bundleDamage(sessionId: string): Promise<AppError | null>;
  /** The last exported bundle, whether or not it still exists; null if no summary describes one. */
  madeBundle(sessionId: string): Promise<MadeBundle | null>;
  /** The path of the upload's state, whether or not it exists. */
  uploadStateFile(sessionId: string): string;
  /** Recomputes and writes `session-meta.json`. */
  saveSessionMeta(sessionId: string): Promise<SessionMeta>;
};

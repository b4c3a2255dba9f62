import type { AppError } from '../shared/appError';
import type { SessionListItem, SessionMeta } from '../shared/session';

/** A row of the list before anything is said of its upload. */
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
 * A bundle as its export left it, times in epoch milliseconds. No size: the summary was made anew while it was away. No
 * CRC-32: an earlier version made it.
 */
export type MadeBundle = { size?: number; modifiedAt: number; crc32?: number };

/** The folder of sessions, as features other than the recorder need it. Implemented by `sessions/`. */
export type Sessions = {
  /** Newest first. A damaged session is listed too. */
  list(): Promise<RecordingSummary[]>;
  /** Rows for folders with recordings whose names are no session ids, as when somebody renamed them. */
  listStrays(): Promise<RecordingSummary[]>;
  /** Ids of all session folders. */
  ids(): Promise<string[]>;
  /** Whether anything has that name, be it a folder or not. */
  exists(sessionId: string): Promise<boolean>;
  /** Rejects with the reason where the session is gone, or what has its name is no folder. */
  requireFolder(sessionId: string): Promise<void>;
  /** Whether `.exported` stands. */
  isExported(sessionId: string): Promise<boolean>;
  /** Where the bundle is, or would be. */
  bundleFile(sessionId: string): string;
  /** Why the bundle as it lies there is not the one that its export made; null where it is. */
  bundleDamage(sessionId: string): Promise<AppError | null>;
  /** The last bundle that was made, be it there or not; null where no summary tells of one. */
  madeBundle(sessionId: string): Promise<MadeBundle | null>;
  /** Where the upload's state is, or would be. */
  uploadStateFile(sessionId: string): string;
  /** Recomputes and writes `session-meta.json`. */
  saveSessionMeta(sessionId: string): Promise<SessionMeta>;
};

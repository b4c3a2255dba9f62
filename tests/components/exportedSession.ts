import type { SessionListItem } from '../../src/shared/session';

/** A row of a session that has a bundle and was never uploaded. */
export function exportedSession(changes: Partial<SessionListItem> = {}): SessionListItem {
  return {
    sessionId: '20261121-100000-0000',
    createdAt: 0,
    actionCount: 1,
    screenshotCount: 1,
    fileSizeBytes: 1000,
    isExported: true,
    uploadStatus: 'not_uploaded',
    condition: 'exported',
    ...changes,
  };
}

import type { SessionStore } from '../../sessions/createSessions';
import type { Logger } from '../../../shared/runtime';

type MissingFolderParts = { sessions: Pick<SessionStore, 'exists'>; log: Logger };

/** Remembers a failed recording whose folder is missing, until the folder is back. Disk errors are only logged. */
export class MissingFolder {
  private sessionId: string | null = null;

  constructor(private readonly parts: MissingFolderParts) {}

  forget(): void {
    this.sessionId = null;
  }

  /** Remembers the session if its folder is gone. */
  async noteIfGone(sessionId: string): Promise<void> {
    if ((await this.isThere(sessionId)) === false) this.sessionId = sessionId;
  }

  /** Whether the missing folder is back. True only once. */
  async isBack(): Promise<boolean> {
    const sessionId = this.sessionId;
    if (sessionId === null || (await this.isThere(sessionId)) !== true) return false;
    // Another recording may have begun meanwhile.
    if (this.sessionId !== sessionId) return false;
    this.sessionId = null;
    return true;
  }

  /** @returns undefined after a disk error */
  private async isThere(sessionId: string): Promise<boolean | undefined> {
    const { sessions, log } = this.parts;
    try {
      return await sessions.exists(sessionId);
    } catch (error) {
      log.warn('folder not looked for', { sessionId, error: String(error) });
      return undefined;
    }
  }
}

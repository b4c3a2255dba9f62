import type { SessionStore } from '../../sessions/createSessions';
import type { Logger } from '../../../shared/runtime';

type MissingFolderParts = { sessions: Pick<SessionStore, 'exists'>; log: Logger };

/** The recording that ended in trouble while its folder was gone, until that is back. A disk that fails holds nothing up. */
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

  /** Whether a folder that was gone is there again, which is told once. */
  async isBack(): Promise<boolean> {
    const sessionId = this.sessionId;
    if (sessionId === null || (await this.isThere(sessionId)) !== true) return false;
    // Or another recording began meanwhile.
    if (this.sessionId !== sessionId) return false;
    this.sessionId = null;
    return true;
  }

  /** @returns undefined where the disk cannot be asked */
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

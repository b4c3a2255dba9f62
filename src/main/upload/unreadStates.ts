import type { AppError } from '../../shared/appError';
import type { Clock, Timer } from '../../shared/runtime';
import { stateUnreadable } from './stateFailures';

const FIRST_RETRY_MS = 5000;
const LONGEST_RETRY_MS = 5 * 60_000;

/** The sessions whose upload state could not be read. */
export class UnreadStates {
  private readonly sessions = new Map<string, AppError>();
  private all: AppError | null = null;
  private waitMs = FIRST_RETRY_MS;
  private timer: Timer | null = null;

  constructor(private readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>) {}

  /** Why the session's upload state is unknown; call it only if the queue does not know the upload. */
  why(sessionId: string): AppError | undefined {
    return this.all ?? this.sessions.get(sessionId);
  }

  note(sessionId: string, error: unknown): void {
    this.sessions.set(sessionId, stateUnreadable(sessionId, error).error);
  }

  /** Marks all states as unreadable. @returns false if they were already */
  noteAll(error: unknown): boolean {
    const isNews = this.all === null;
    this.all = stateUnreadable('all sessions', error).error;
    return isNews;
  }

  allReadable(): void {
    this.all = null;
  }

  tryAgain(run: () => Promise<void>): void {
    this.timer = this.clock.setTimeout(() => void run(), this.waitMs);
    this.waitMs = Math.min(this.waitMs * 2, LONGEST_RETRY_MS);
  }

  close(): void {
    if (this.timer !== null) this.clock.clearTimeout(this.timer);
    this.timer = null;
  }
}

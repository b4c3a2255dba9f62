import type { AppError } from '../../shared/appError';
import type { Clock, Timer } from '../../shared/runtime';
import { stateUnreadable } from './stateFailures';

const FIRST_RETRY_MS = 5000;
const LONGEST_RETRY_MS = 5 * 60_000;

/** The sessions of whose upload nothing is known, because its state could not be read. */
export class UnreadStates {
  private readonly sessions = new Map<string, AppError>();
  private all: AppError | null = null;
  private waitMs = FIRST_RETRY_MS;
  private timer: Timer | null = null;

  constructor(private readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>) {}

  /** Why nothing is known of the session's upload; ask only where the queue does not know it. */
  why(sessionId: string): AppError | undefined {
    return this.all ?? this.sessions.get(sessionId);
  }

  note(sessionId: string, error: unknown): void {
    this.sessions.set(sessionId, stateUnreadable(sessionId, error).error);
  }

  /** No state can be read. @returns false when that was known already */
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

import type { Clock, PendingAbort, Timer, UploadConfig } from '../types';
import type { UploadService } from '../uploadService';

const TRY_AGAIN_AFTER_MS = 60_000;

export type AbortSenderParts = {
  clock: Clock;
  service: Pick<UploadService, 'abortUploads'>;
  loadConfig(): Promise<UploadConfig | null>;
  /** What is still to be aborted, by whoever remembers it. */
  pending(): { sessionId: string; aborts: readonly PendingAbort[] }[];
  onSent(sessionId: string, uploadIds: string[]): void;
};

/** Sends the aborts that are due, one round at a time, and tries again later while some cannot be sent. */
export class AbortSender {
  private round: Promise<void> | null = null;
  private again: Timer | null = null;
  private closed = false;

  constructor(private readonly parts: AbortSenderParts) {}

  /** Resolves after a round that began no earlier than this call. */
  async send(): Promise<void> {
    await this.round;
    if (this.closed) return;
    this.round ??= this.sendAll().finally(() => (this.round = null));
    await this.round;
  }

  async close(): Promise<void> {
    this.closed = true;
    this.cancelTimer();
    await this.round;
  }

  private async sendAll(): Promise<void> {
    this.cancelTimer();
    const pending = this.parts.pending();
    if (pending.length === 0) return;
    const config = await this.parts.loadConfig();
    if (!config) return;
    let left = 0;
    for (const { sessionId, aborts } of pending) {
      const remaining = await this.parts.service.abortUploads(config, aborts);
      left += remaining.length;
      const sent = aborts.filter((abort) => !remaining.includes(abort));
      if (sent.length > 0)
        this.parts.onSent(
          sessionId,
          sent.map(({ uploadId }) => uploadId),
        );
    }
    if (left > 0 && !this.closed)
      this.again = this.parts.clock.setTimeout(() => void this.send(), TRY_AGAIN_AFTER_MS);
  }

  private cancelTimer(): void {
    if (this.again) this.parts.clock.clearTimeout(this.again);
    this.again = null;
  }
}

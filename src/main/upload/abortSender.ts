import type { Clock, Logger, Timer } from '../../shared/runtime';
import type { PendingAbort, UploadConfig } from '../../shared/upload';
import type { UploadService } from '../uploadService';

const TRY_AGAIN_AFTER_MS = 60_000;
const LONGEST_WAIT_MS = 3_600_000;

type Due = { sessionId: string; aborts: readonly PendingAbort[] };

export type AbortSenderParts = {
  clock: Clock;
  service: Pick<UploadService, 'abortUploads'>;
  loadConfig(): Promise<UploadConfig | null>;
  log: Pick<Logger, 'error'>;
  /** What is still to be aborted, by whoever remembers it. */
  pending(): Due[] | Promise<Due[]>;
  onSent(sessionId: string, uploadIds: string[]): void | Promise<void>;
};

/** Sends the aborts that are due, one round at a time, and tries again ever later while some cannot be sent. */
export class AbortSender {
  private round: Promise<void> | null = null;
  private again: Timer | null = null;
  private closed = false;
  private waitMs = TRY_AGAIN_AFTER_MS;

  constructor(private readonly parts: AbortSenderParts) {}

  /** Resolves after a round that began no earlier than this call. */
  async send(): Promise<void> {
    await this.round;
    if (this.closed) return;
    this.round ??= this.sendAll().finally(() => (this.round = null));
    await this.round;
  }

  /** Something changed that may let aborts through: the network, the settings, another upload that went well. */
  sendSoon(): void {
    this.waitMs = TRY_AGAIN_AFTER_MS;
    this.sendUnwatched();
  }

  /** Resolves when nothing is sent any more. Never rejects: a round that failed was told to its caller. */
  async close(): Promise<void> {
    this.closed = true;
    this.cancelTimer();
    await this.round?.catch(() => undefined);
  }

  private async sendAll(): Promise<void> {
    this.cancelTimer();
    const pending = await this.parts.pending();
    if (pending.length === 0) return;
    const config = await this.parts.loadConfig();
    if (!config) return;
    let left = 0;
    for (const { sessionId, aborts } of pending) {
      const remaining = await this.parts.service.abortUploads(config, aborts);
      left += remaining.length;
      const notSent = new Set(remaining);
      const sent = aborts.filter((abort) => !notSent.has(abort));
      const uploadIds = sent.map(({ uploadId }) => uploadId);
      if (sent.length > 0) await this.parts.onSent(sessionId, uploadIds);
    }
    if (left > 0 && !this.closed) this.tryAgainLater();
  }

  private tryAgainLater(): void {
    this.again = this.parts.clock.setTimeout(() => this.sendUnwatched(), this.waitMs);
    this.waitMs = Math.min(this.waitMs * 2, LONGEST_WAIT_MS);
  }

  private sendUnwatched(): void {
    this.send().catch((error: unknown) => {
      this.parts.log.error('aborts could not be sent', { error: String(error) });
    });
  }

  private cancelTimer(): void {
    if (this.again) this.parts.clock.clearTimeout(this.again);
    this.again = null;
  }
}

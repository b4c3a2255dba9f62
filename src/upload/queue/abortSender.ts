import type { Clock, Logger, Timer } from '../../shared/runtime';
import type { PendingAbort, UploadConfig } from '../../shared/upload';
import { destinationIdOf } from './queueState';

const TRY_AGAIN_AFTER_MS = 60_000;
const LONGEST_WAIT_MS = 3_600_000;

type Due = { jobId: string; aborts: readonly PendingAbort[] };

export type AbortSenderParts = {
  clock: Clock;
  service: {
    /** @returns those that could not be aborted now */
    abortUploads(config: UploadConfig, aborts: readonly PendingAbort[]): Promise<PendingAbort[]>;
  };
  /** The settings of a destination with their secret; null when something of them is missing. */
  loadConfig(destinationId: string): Promise<UploadConfig | null>;
  log: Pick<Logger, 'error'>;
  /** The multipart uploads that are still to be aborted, by job. */
  pending(): Due[] | Promise<Due[]>;
  onSent(jobId: string, uploadIds: string[]): void | Promise<void>;
};

/**
 * Sends the aborts that are due, one round at a time, and tries again ever later while some cannot be sent. A slow
 * destination does not hold up the aborts of another one.
 */
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
    const ids = new Set(pending.flatMap(({ aborts }) => aborts.map(destinationIdOf)));
    const rounds = await Promise.allSettled([...ids].map((id) => this.sendTo(id, pending)));
    const failed = rounds.find((round) => round.status === 'rejected');
    const isDone = rounds.every((round) => round.status === 'rejected' || round.value === 0);
    if (!isDone && !this.closed) this.tryAgainLater();
    if (failed) throw failed.reason;
  }

  /** @returns how many could not be sent and are to be tried again */
  private async sendTo(destinationId: string, pending: readonly Due[]): Promise<number> {
    const config = await this.parts.loadConfig(destinationId);
    if (!config) return 0;
    let left = 0;
    for (const { jobId, aborts } of pending) {
      const here = aborts.filter((abort) => destinationIdOf(abort) === destinationId);
      if (here.length === 0) continue;
      const remaining = await this.parts.service.abortUploads(config, here);
      left += remaining.length;
      const notSent = new Set(remaining);
      const sent = here.filter((abort) => !notSent.has(abort));
      const uploadIds = sent.map(({ uploadId }) => uploadId);
      if (sent.length > 0) await this.parts.onSent(jobId, uploadIds);
    }
    return left;
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

import type { Clock, Logger, Timer } from '../../shared/runtime';
import type { PendingAbort, UploadConfig } from '../../shared/upload';
import { destinationIdOf } from './queueState';

const TRY_AGAIN_AFTER_MS = 60_000;
const LONGEST_WAIT_MS = 3_600_000;

type Due = { jobId: string; aborts: readonly PendingAbort[] };

export type AbortSenderParts = {
  clock: Clock;
  service: {
    /** @returns the aborts that failed for now */
    abortUploads(config: UploadConfig, aborts: readonly PendingAbort[]): Promise<PendingAbort[]>;
  };
  /** The settings of a destination with their secret; null if incomplete. */
  loadConfig(destinationId: string): Promise<UploadConfig | null>;
  log: Pick<Logger, 'error'>;
  /** The multipart uploads still to abort, by job. */
  pending(): Due[] | Promise<Due[]>;
  onSent(jobId: string, uploadIds: string[]): void | Promise<void>;
};

/**
 * Sends pending aborts, one round at a time, and retries with growing delays while some fail. A slow destination does
 * not delay the aborts of another.
 */
export class AbortSender {
  private round: Promise<void> | null = null;
  private again: Timer | null = null;
  private closed = false;
  private waitMs = TRY_AGAIN_AFTER_MS;

  constructor(private readonly parts: AbortSenderParts) {}

  /** Resolves after a round that began after this call. */
  async send(): Promise<void> {
    await this.round;
    if (this.closed) return;
    this.round ??= this.sendAll().finally(() => (this.round = null));
    await this.round;
  }

  /** Call when aborts may succeed now: the network or the settings changed, or another upload succeeded. */
  sendSoon(): void {
    this.waitMs = TRY_AGAIN_AFTER_MS;
    this.sendUnwatched();
  }

  /** Resolves once nothing is being sent. Never rejects: the caller of a failed round got its error. */
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

  /** @returns the number of aborts that failed and must be retried */
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

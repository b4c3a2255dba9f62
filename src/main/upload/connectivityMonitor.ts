import type { Clock, Logger, Timer } from '../../shared/runtime';
import type { UploadConfig } from '../../shared/upload';
import type { UploadQueue } from '../uploadQueue';

/** Often enough that an upload continues within five seconds after the network is back. */
const EVERY_MS = 4000;

export type ConnectivityMonitorParts = {
  queue: Pick<UploadQueue, 'subscribe' | 'snapshot' | 'onWake'>;
  loadConfig(): Promise<UploadConfig | null>;
  /** Whether the endpoint accepts connections now. Resolves within a few seconds. */
  reach(config: UploadConfig): Promise<boolean>;
  clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  log: Logger;
};

/**
 * While uploads wait for an unreachable endpoint, tries to connect to it and resumes them on success. That costs less
 * than trying the upload, so it can be done more often.
 */
export class ConnectivityMonitor {
  private timer: Timer | null = null;
  private probing = false;
  private closed = false;
  private readonly unsubscribe: () => void;

  constructor(private readonly parts: ConnectivityMonitorParts) {
    this.unsubscribe = parts.queue.subscribe(({ bytesOnly }) => bytesOnly || this.plan());
  }

  close(): void {
    this.closed = true;
    this.unsubscribe();
    this.clearTimer();
  }

  private plan(): void {
    if (!this.isWanted()) return this.clearTimer();
    if (this.timer || this.probing) return;
    this.timer = this.parts.clock.setTimeout(() => void this.probe(), EVERY_MS);
  }

  private isWanted(): boolean {
    return (
      !this.closed &&
      this.parts.queue
        .snapshot()
        .some(({ status, reason }) => status === 'pending' && reason?.kind === 'network')
    );
  }

  private async probe(): Promise<void> {
    this.timer = null;
    this.probing = true;
    try {
      const config = await this.parts.loadConfig();
      if (config && (await this.parts.reach(config)) && this.isWanted()) this.parts.queue.onWake();
    } catch (error) {
      this.parts.log.warn('the endpoint could not be knocked at', { error: String(error) });
    } finally {
      this.probing = false;
      this.plan();
    }
  }

  private clearTimer(): void {
    if (this.timer) this.parts.clock.clearTimeout(this.timer);
    this.timer = null;
  }
}

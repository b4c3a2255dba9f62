import type { Clock, Timer } from '../../shared/runtime';
import type { UploadProgressPayload } from '../../shared/upload';
import type { Windows } from '../platformPort';

const INTERVAL_MS = 100;
/** The interval for an upload that reports nothing. */
const AGAIN_MS = 1000;

/**
 * Sends the progress of uploads to the windows, at most ten times a second per upload, and always the latest figures
 * last. Without progress it sends once a second while the shown speed decays. A change of status is sent at once.
 */
export class ProgressBroadcast {
  private readonly lastSentMs = new Map<string, number>();
  private readonly waiting = new Map<string, Timer>();
  private readonly fading = new Map<string, Timer>();

  constructor(
    private readonly clock: Clock,
    private readonly windows: Pick<Windows, 'broadcast'>,
    private readonly read: (sessionId: string) => UploadProgressPayload | undefined,
  ) {}

  statusChanged(sessionId: string): void {
    this.send(sessionId);
  }

  progressed(sessionId: string): void {
    if (this.waiting.has(sessionId)) return;
    const sinceMs = this.clock.monotonicUs() / 1000 - (this.lastSentMs.get(sessionId) ?? -Infinity);
    if (sinceMs >= INTERVAL_MS) return this.send(sessionId);
    const timer = this.clock.setTimeout(() => this.send(sessionId), INTERVAL_MS - sinceMs);
    this.waiting.set(sessionId, timer);
  }

  close(): void {
    for (const sessionId of [...this.waiting.keys(), ...this.fading.keys()]) this.clearTimers(sessionId);
  }

  private send(sessionId: string): void {
    this.clearTimers(sessionId);
    const payload = this.read(sessionId);
    if (!payload) return;
    this.lastSentMs.set(sessionId, this.clock.monotonicUs() / 1000);
    this.windows.broadcast('upload:progress', payload);
    if (payload.bytesPerSecond === undefined) return;
    this.fading.set(
      sessionId,
      this.clock.setTimeout(() => this.send(sessionId), AGAIN_MS),
    );
  }

  private clearTimers(sessionId: string): void {
    for (const timers of [this.waiting, this.fading]) {
      const timer = timers.get(sessionId);
      if (timer) this.clock.clearTimeout(timer);
      timers.delete(sessionId);
    }
  }
}

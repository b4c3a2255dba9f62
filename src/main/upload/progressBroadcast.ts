import type { Clock, Timer, UploadProgressPayload, Windows } from '../types';

const INTERVAL_MS = 100;

/**
 * Tells the windows of uploads: at most ten times a second each, with the latest figures last.
 * A change of status is never held back.
 */
export class ProgressBroadcast {
  private readonly lastSentMs = new Map<string, number>();
  private readonly waiting = new Map<string, Timer>();

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
    for (const timer of this.waiting.values()) this.clock.clearTimeout(timer);
    this.waiting.clear();
  }

  private send(sessionId: string): void {
    const timer = this.waiting.get(sessionId);
    if (timer) this.clock.clearTimeout(timer);
    this.waiting.delete(sessionId);
    const payload = this.read(sessionId);
    if (!payload) return;
    this.lastSentMs.set(sessionId, this.clock.monotonicUs() / 1000);
    this.windows.broadcast('upload:progress', payload);
  }
}

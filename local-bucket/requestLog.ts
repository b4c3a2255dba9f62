import type { Operation } from './operations/route.ts';

/**
 * One request. `bytesReceived` counts the body's bytes on the wire, even if the request was cut off; `status` is 0
 * until an answer was sent. Times are epoch milliseconds.
 */
export type LogEntry = {
  at: number;
  method: string;
  operation?: Operation;
  key?: string;
  partNumber?: number;
  status: number;
  code?: string;
  bytesReceived: number;
  userAgent?: string;
};

const MAX_USER_AGENT = 300;

/** The last `capacity` requests, oldest first; for tests. */
export class RequestLog {
  readonly entries: LogEntry[] = [];
  private readonly capacity: number;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** The caller keeps the entry and completes it later. */
  add(entry: LogEntry): void {
    if (this.capacity === 0) return;
    entry.userAgent = entry.userAgent?.slice(0, MAX_USER_AGENT);
    this.entries.push(entry);
    if (this.entries.length > this.capacity) this.entries.shift();
  }

  of(operation: Operation): LogEntry[] {
    return this.entries.filter((entry) => entry.operation === operation);
  }

  /** Received body bytes of one operation or of all. */
  bytesReceived(operation?: Operation): number {
    const entries = operation ? this.of(operation) : this.entries;
    return entries.reduce((sum, entry) => sum + entry.bytesReceived, 0);
  }

  clear(): void {
    this.entries.length = 0;
  }
}

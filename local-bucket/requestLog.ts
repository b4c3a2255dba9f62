import type { Operation } from './operations/route.ts';

/**
 * One request. `bytesReceived` counts the body as it came over the wire, also of a request that was cut off;
 * `status` stays 0 until an answer was sent. Times are epoch milliseconds.
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

/** What was asked of the server, oldest first. */
export class RequestLog {
  readonly entries: LogEntry[] = [];

  of(operation: Operation): LogEntry[] {
    return this.entries.filter((entry) => entry.operation === operation);
  }

  /** Bytes of bodies received, of one operation or of all. */
  bytesReceived(operation?: Operation): number {
    const entries = operation ? this.of(operation) : this.entries;
    return entries.reduce((sum, entry) => sum + entry.bytesReceived, 0);
  }

  clear(): void {
    this.entries.length = 0;
  }
}

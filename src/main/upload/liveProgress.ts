import type { Clock } from '../types';
import type { ByteProgress } from './byteCounter';
import { SpeedMeter } from './speedMeter';

/** What is known of a running upload beyond its persisted state. */
export type LiveView = { bytes: number; bytesPerSecond?: number };

/** Bytes and speed of the uploads of this run of the app. Bytes never fall within a generation. */
export class LiveProgress {
  private readonly entries = new Map<string, { generation: number; bytes: number; meter: SpeedMeter }>();

  constructor(private readonly clock: Pick<Clock, 'monotonicUs'>) {}

  add(sessionId: string, { generation, bytesOnWire }: ByteProgress): void {
    const known = this.entries.get(sessionId);
    const entry =
      known?.generation === generation ? known : { generation, bytes: 0, meter: new SpeedMeter() };
    entry.bytes = Math.max(entry.bytes, bytesOnWire);
    entry.meter.add(entry.bytes, this.nowMs());
    this.entries.set(sessionId, entry);
  }

  /** @param generation the one the caller shows; progress of another says nothing about it */
  view(sessionId: string, generation: number): LiveView | undefined {
    const entry = this.entries.get(sessionId);
    if (entry?.generation !== generation) return undefined;
    return { bytes: entry.bytes, bytesPerSecond: entry.meter.bytesPerSecond(this.nowMs()) };
  }

  forget(sessionId: string): void {
    this.entries.delete(sessionId);
  }

  private nowMs(): number {
    return this.clock.monotonicUs() / 1000;
  }
}

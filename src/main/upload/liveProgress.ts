import type { Clock, UploadState } from '../types';
import type { ByteProgress } from './byteCounter';
import { SpeedMeter } from './speedMeter';
import { TimeLeft } from './timeLeft';

/** What is known of an upload beyond its persisted state. `bytes` includes what is on its way, `bytesKept` does not. */
export type LiveView = { bytes: number; bytesKept: number; bytesPerSecond?: number; secondsLeft?: number };

type Entry = {
  generation: number;
  /** The most that was ever shown. */
  bytes: number;
  bytesKept: number;
  /** What counts at the moment: less, where some of it has to be sent again. */
  arrivedBytes: number;
  meter: SpeedMeter;
  timeLeft: TimeLeft;
};

/** Bytes and speed of the uploads of this run of the app. Bytes never fall within a generation; what is kept may be less. */
export class LiveProgress {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly clock: Pick<Clock, 'monotonicUs'>) {}

  /** A run begins, perhaps after a wait: what was measured before it says nothing about it. */
  begin(sessionId: string): void {
    const entry = this.entries.get(sessionId);
    if (entry) this.entries.set(sessionId, { ...entry, ...nothingMeasured() });
  }

  add(sessionId: string, progress: ByteProgress): void {
    const { generation, bytesAcknowledged, bytesUnderWay, bytesSent } = progress;
    const known = this.entries.get(sessionId);
    const before =
      known?.generation === generation ? known : { generation, bytes: 0, bytesKept: 0, ...nothingMeasured() };
    const arrivedBytes = bytesAcknowledged + bytesUnderWay;
    before.meter.add(bytesSent, this.nowMs());
    this.entries.set(sessionId, {
      ...before,
      arrivedBytes,
      bytes: Math.max(before.bytes, arrivedBytes),
      bytesKept: bytesAcknowledged,
    });
  }

  /** Of the generation that `state` is about; undefined when nothing was sent of it. */
  view({ sessionId, generation, totalBytes }: UploadState): LiveView | undefined {
    const entry = this.entries.get(sessionId);
    if (entry?.generation !== generation) return undefined;
    const nowMs = this.nowMs();
    const bytesPerSecond = entry.meter.bytesPerSecond(nowMs);
    const bytesLeft = Math.max(0, totalBytes - entry.arrivedBytes);
    const secondsLeft = entry.timeLeft.estimateAt(nowMs, bytesLeft, bytesPerSecond);
    const { bytes, bytesKept } = entry;
    return { bytes, bytesKept, bytesPerSecond, secondsLeft };
  }

  forget(sessionId: string): void {
    this.entries.delete(sessionId);
  }

  private nowMs(): number {
    return this.clock.monotonicUs() / 1000;
  }
}

function nothingMeasured(): Pick<Entry, 'meter' | 'timeLeft' | 'arrivedBytes'> {
  return { meter: new SpeedMeter(), timeLeft: new TimeLeft(), arrivedBytes: 0 };
}

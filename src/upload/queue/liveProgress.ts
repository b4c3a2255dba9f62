import type { Clock } from '../../shared/runtime';
import type { JobState } from '../../shared/upload';
import type { ByteProgress } from '../transfer/byteCounter';
import { SpeedMeter } from './speedMeter';
import { TimeLeft } from './timeLeft';

/** A link on which nothing moves for so long is told of. */
export const SILENT_AFTER_MS = 8000;
/** A slow link takes bytes in gusts: only what is twice the longest lull it has got over is silence. */
const LULLS = 2;
/** By then a run that hears nothing is soon ended by its own watch, whatever the link. */
const LONGEST_LULL_MS = 12_000;

/**
 * What is known of an upload beyond its persisted state. `bytes` includes what is on its way, `bytesKept` does not.
 * `silentAtMs`: from then on (epoch), if nothing moves before, nothing has moved for unusually long.
 */
export type LiveView = {
  bytes: number;
  bytesKept: number;
  bytesPerSecond?: number;
  secondsLeft?: number;
  silentAtMs?: number;
  /** How much of what was sent earlier is compared with the file, 0–100; absent when that is not under way. */
  comparedPercent?: number;
};

type Entry = {
  generation: number;
  /** The most that was ever shown. */
  bytes: number;
  bytesKept: number;
  /** What counts at the moment: less, where some of it has to be sent again. */
  arrivedBytes: number;
  meter: SpeedMeter;
  timeLeft: TimeLeft;
  /** When a byte moved last, by the steady clock; undefined before the first one of this run. */
  movedAtMs: number | undefined;
  longestLullMs: number;
  comparing: ByteProgress['comparing'];
};

/** Bytes and speed of the uploads of this run of the app. Bytes never fall within a generation; what is kept may be less. */
export class LiveProgress {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly clock: Pick<Clock, 'monotonicUs' | 'now'>) {}

  /** A run begins, perhaps after a wait: what was measured before it says nothing about it. */
  begin(jobId: string): void {
    const entry = this.entries.get(jobId);
    if (entry) this.entries.set(jobId, { ...entry, ...nothingMeasured() });
  }

  add(jobId: string, progress: ByteProgress): void {
    const { generation, bytesAcknowledged, bytesUnderWay, bytesSent, comparing } = progress;
    const known = this.entries.get(jobId);
    const before =
      known?.generation === generation ? known : { generation, bytes: 0, bytesKept: 0, ...nothingMeasured() };
    const arrivedBytes = bytesAcknowledged + bytesUnderWay;
    const nowMs = this.nowMs();
    before.meter.add(bytesSent, nowMs);
    const lullMs = Math.min(nowMs - (before.movedAtMs ?? nowMs), LONGEST_LULL_MS);
    this.entries.set(jobId, {
      ...before,
      movedAtMs: nowMs,
      longestLullMs: Math.max(before.longestLullMs, lullMs),
      arrivedBytes,
      bytes: Math.max(before.bytes, arrivedBytes),
      bytesKept: bytesAcknowledged,
      comparing,
    });
  }

  /** Of the generation that `state` is about; undefined when nothing was sent of it. */
  view({ jobId, generation, totalBytes }: JobState): LiveView | undefined {
    const entry = this.entries.get(jobId);
    if (entry?.generation !== generation) return undefined;
    const nowMs = this.nowMs();
    const bytesPerSecond = entry.meter.bytesPerSecond(nowMs);
    const bytesLeft = Math.max(0, totalBytes - entry.arrivedBytes);
    const secondsLeft = entry.timeLeft.estimateAt(nowMs, bytesLeft, bytesPerSecond);
    const { bytes, bytesKept, comparing } = entry;
    const comparedPercent = comparing && (100 * comparing.bytes) / comparing.totalBytes;
    const silentAtMs = this.silentAtMs(entry, nowMs);
    return { bytes, bytesKept, bytesPerSecond, secondsLeft, silentAtMs, comparedPercent };
  }

  private silentAtMs({ movedAtMs, longestLullMs }: Entry, nowMs: number): number | undefined {
    if (movedAtMs === undefined) return undefined;
    const lullMs = Math.max(SILENT_AFTER_MS, LULLS * longestLullMs);
    return Math.round(this.clock.now() - (nowMs - movedAtMs) + lullMs);
  }

  forget(jobId: string): void {
    this.entries.delete(jobId);
  }

  private nowMs(): number {
    return this.clock.monotonicUs() / 1000;
  }
}

function nothingMeasured(): Omit<Entry, 'generation' | 'bytes' | 'bytesKept'> {
  const nothing = { arrivedBytes: 0, movedAtMs: undefined, longestLullMs: 0, comparing: undefined };
  return { ...nothing, meter: new SpeedMeter(), timeLeft: new TimeLeft() };
}

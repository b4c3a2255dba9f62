import type { Clock } from '../../shared/runtime';
import type { JobState } from '../../shared/upload';
import type { ByteProgress } from '../transfer/byteCounter';
import { SpeedMeter } from './speedMeter';

/** How long a link must be silent before the user is told. */
export const SILENT_AFTER_MS = 8000;
/** A slow link takes bytes in bursts: silence must last twice the longest lull so far. */
const LULLS = 2;
/** After a longer silence, the run's own stall watch ends it soon, on any link. */
const LONGEST_LULL_MS = 12_000;

/**
 * Facts about an upload beyond its persisted state. `bytes` includes those in flight, `bytesKept` does not.
 * `silentAtMs` (epoch): from then on, the link has been silent for unusually long, unless bytes move before.
 */
export type LiveView = {
  bytes: number;
  bytesKept: number;
  bytesPerSecond?: number;
  secondsLeft?: number;
  silentAtMs?: number;
  /** Progress of comparing earlier parts with the file, 0–100; absent otherwise. */
  comparedPercent?: number;
};

type Entry = {
  generation: number;
  /** The highest value ever shown. */
  bytes: number;
  bytesKept: number;
  /** The current value: lower if some bytes must be sent again. */
  arrivedBytes: number;
  meter: SpeedMeter;
  timeLeft: TimeLeft;
  /** When a byte last moved, by the monotonic clock; undefined before the first one of this run. */
  movedAtMs: number | undefined;
  longestLullMs: number;
  comparing: ByteProgress['comparing'];
};

/** Bytes and speed of the uploads in this run of the app. Bytes never fall within a generation; `bytesKept` may. */
export class LiveProgress {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly clock: Pick<Clock, 'monotonicUs' | 'now'>) {}

  /** Call when a run begins, perhaps after a wait: discards earlier measurements. */
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

  /** The view of the generation in `state`; undefined if it sent no bytes. */
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

/** An estimate adopts two thirds of a speed change in this time: long enough to hide short bursts. */
const BELIEVED_AFTER_MS = 5000;

/**
 * The remaining time of an upload, which counts down with the clock and only gradually follows the current speed. Times
 * in milliseconds of any monotonic clock; the remaining time in seconds.
 */
class TimeLeft {
  private estimate: { seconds: number; atMs: number } | null = null;

  /** @param bytesPerSecond undefined while no bytes move: the estimate is then undefined and starts again later */
  estimateAt(nowMs: number, bytesLeft: number, bytesPerSecond: number | undefined): number | undefined {
    if (bytesPerSecond === undefined) {
      this.estimate = null;
      return undefined;
    }
    const target = bytesLeft / bytesPerSecond;
    const { seconds, atMs } = this.estimate ?? { seconds: target, atMs: nowMs };
    const expected = Math.max(0, seconds - (nowMs - atMs) / 1000);
    const belief = 1 - Math.exp((atMs - nowMs) / BELIEVED_AFTER_MS);
    this.estimate = { seconds: expected + (target - expected) * belief, atMs: nowMs };
    return this.estimate.seconds;
  }
}

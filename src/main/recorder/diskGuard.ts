import { AppFailure } from '../../shared/appError';
import { tooLittleSpace } from './recorderErrors';

/** Kept free beside the bundle, so that the system and the finalising have room. */
export const RESERVE_BYTES = 256 * 1024 * 1024;

/** A recording ends by itself when less is left than this, and a person is warned that much earlier. */
const STOP_AT_MINUTES = 2;
const WARN_AT_MINUTES = 10;
/** Only after there was that much room again is a person warned once more. */
const CALM_AT_MINUTES = 15;
/** The rate is that of the last minute, or of the whole recording where that is higher. */
const WINDOW_MS = 60_000;
/** Before this the rate is anybody's guess. */
const SHORTEST_MS = 10_000;

/** How far a recording is: recorded time without pauses, and what its files hold. */
export type Progress = { recordedMs: number; bytesWritten: number };

export type DiskGuardParts = {
  /** Bytes that may still be written where the session lies. */
  freeBytes: () => Promise<number>;
  /** There is room for about so many minutes only. */
  onShort: (minutesLeft: number) => void;
  /** After `onShort`: there is room again. */
  onRoom: () => void;
  /** There is room for the bundle of what was recorded, and for little more. `details` in bytes. */
  onOut: (details: string) => void;
};

/**
 * Foresees how long the disk lasts. The bundle is as large as what was recorded (its entries are stored, not deflated),
 * so that each recorded byte takes two.
 */
export class DiskGuard {
  private seen: Progress[] = [];
  private estimate: number | undefined;
  private isTold = false;

  constructor(private readonly parts: DiskGuardParts) {}

  /** How long can be recorded yet, in minutes; undefined while that is not known. */
  get minutesLeft(): number | undefined {
    return this.estimate;
  }

  /** To be called every few seconds while recording. Rejects with the system's error where the disk cannot be asked. */
  async look(progress: Progress): Promise<void> {
    const freeBytes = await this.parts.freeBytes();
    this.note(progress);
    const spareBytes = freeBytes - progress.bytesWritten - RESERVE_BYTES;
    this.estimate = minutesFor(spareBytes, this.bytesPerMinute(progress));
    const isOut = spareBytes < 0 || (this.estimate !== undefined && this.estimate <= STOP_AT_MINUTES);
    if (isOut) {
      const neededBytes = progress.bytesWritten + RESERVE_BYTES;
      return this.parts.onOut(`${freeBytes} bytes free, ${neededBytes} needed for the bundle and the system`);
    }
    this.warn();
  }

  private warn(): void {
    const minutes = this.estimate ?? Infinity;
    if (minutes > CALM_AT_MINUTES && this.isTold) {
      this.isTold = false;
      this.parts.onRoom();
    }
    if (minutes > WARN_AT_MINUTES || this.isTold) return;
    this.isTold = true;
    this.parts.onShort(minutes);
  }

  private note(progress: Progress): void {
    this.seen.push(progress);
    // The oldest one kept lies just outside of the window.
    const outside = this.seen.findLastIndex(
      ({ recordedMs }) => progress.recordedMs - recordedMs >= WINDOW_MS,
    );
    if (outside > 0) this.seen.splice(0, outside);
  }

  private bytesPerMinute(now: Progress): number | undefined {
    if (now.recordedMs < SHORTEST_MS) return undefined;
    const [first] = this.seen;
    const start = { recordedMs: 0, bytesWritten: 0 };
    return Math.max(rateBetween(start, now), first === undefined ? 0 : rateBetween(first, now));
  }
}

/** @throws AppFailure where a recording would have to end before it was worth anything */
export async function requireDiskSpace(where: {
  sessionsDir: string;
  freeBytes: () => Promise<number>;
}): Promise<void> {
  const free = await where.freeBytes();
  const details = `${free} bytes free, ${RESERVE_BYTES} needed: ${where.sessionsDir}`;
  if (free < RESERVE_BYTES) throw new AppFailure({ ...tooLittleSpace, details });
}

/** Bytes a minute; 0 where no time lies between. */
function rateBetween(from: Progress, to: Progress): number {
  const ms = to.recordedMs - from.recordedMs;
  return ms < SHORTEST_MS ? 0 : ((to.bytesWritten - from.bytesWritten) / ms) * 60_000;
}

function minutesFor(spareBytes: number, bytesPerMinute: number | undefined): number | undefined {
  if (!bytesPerMinute) return undefined;
  return Math.max(0, spareBytes / (2 * bytesPerMinute));
}

import { AppFailure } from '../../shared/appError';
import { tooLittleSpace } from './recorderErrors';

/** Space kept free for the system and for finalising, beside the bundle. */
export const RESERVE_BYTES = 256 * 1024 * 1024;

/** A recording stops itself when less time is left, and warns earlier. */
const STOP_AT_MINUTES = 2;
const WARN_AT_MINUTES = 10;
/** The next warning needs a recovery to this much first. */
const CALM_AT_MINUTES = 15;
/** The rate is the higher one of the last minute and the whole recording. */
const WINDOW_MS = 60_000;
/** A shorter time gives no useful rate. */
const SHORTEST_MS = 10_000;

/** Recorded time without pauses, and the size of the files. */
export type Progress = { recordedMs: number; bytesWritten: number };

export type DiskGuardParts = {
  /** Bytes free on the disk of the session. */
  freeBytes: () => Promise<number>;
  /** Space is left for about this many minutes. */
  onShort: (minutesLeft: number) => void;
  /** After `onShort`: there is enough space again. */
  onRoom: () => void;
  /** The space is only enough for the bundle of what was recorded. `details` in bytes. */
  onOut: (details: string) => void;
};

/**
 * Predicts when the disk is full. The bundle stores its entries uncompressed, so each recorded byte needs two on the
 * disk.
 */
export class DiskGuard {
  private seen: Progress[] = [];
  private estimate: number | undefined;
  private isTold = false;

  constructor(private readonly parts: DiskGuardParts) {}

  /** Minutes that can still be recorded; undefined while unknown. */
  get minutesLeft(): number | undefined {
    return this.estimate;
  }

  /** Call every few seconds while recording. Rejects with the system's error. */
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
    // Keep one entry just outside of the window.
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

/** @throws AppFailure if the space is too little to start a recording */
export async function requireDiskSpace(where: {
  sessionsDir: string;
  freeBytes: () => Promise<number>;
}): Promise<void> {
  const free = await where.freeBytes();
  const details = `${free} bytes free, ${RESERVE_BYTES} needed: ${where.sessionsDir}`;
  if (free < RESERVE_BYTES) throw new AppFailure({ ...tooLittleSpace, details });
}

/** Bytes per minute; 0 for too short a time. */
function rateBetween(from: Progress, to: Progress): number {
  const ms = to.recordedMs - from.recordedMs;
  return ms < SHORTEST_MS ? 0 : ((to.bytesWritten - from.bytesWritten) / ms) * 60_000;
}

function minutesFor(spareBytes: number, bytesPerMinute: number | undefined): number | undefined {
  if (!bytesPerMinute) return undefined;
  return Math.max(0, spareBytes / (2 * bytesPerMinute));
}

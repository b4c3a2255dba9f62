import { lstatSync, type BigIntStats } from 'node:fs';
import type { Clock } from '../shared/runtime';
import { readWholeSync } from './guardedFiles';

/** A slower read means a slow disk or network, or that this process waited for the processor. */
const SLOW_MS = 4;
/** This many slow reads in a row, or a single very slow one, mean a slow disk. */
const SLOW_IN_A_ROW = 3;
const VERY_SLOW_MS = 100;
/**
 * The first pause. Each further one is twice as long: a disk that hangs must not block the event loop again and again.
 */
const FIRST_PAUSE_MS = 5000;
const LONGEST_PAUSE_MS = 600_000;

/**
 * Reads small files with blocking calls, which take a tenth of the time of Node's asynchronous ones, while the disk is
 * fast. While it is slow, reads nothing: other work must not wait for it.
 */
export class QuickReads {
  private slowInARow = 0;
  private slowUntilMs = -Infinity;
  private pauseMs = FIRST_PAUSE_MS;

  constructor(
    private readonly clock: Pick<Clock, 'monotonicUs'>,
    private readonly readWhole = readWholeSync,
  ) {}

  /**
   * Reads a whole regular file into the start of `buffer`. Null if the disk is slow, or if the file is longer than the
   * buffer or cannot be read; the slower path then finds out why.
   * @returns the stats of the file
   */
  read(file: string, buffer: Uint8Array): BigIntStats | null {
    return this.quickly(() => this.readWhole(file, buffer));
  }

  /** Stats of an entry; null if the disk is slow or the stats cannot be read. */
  look(name: string): BigIntStats | null {
    return this.quickly(() => lstatSync(name, { bigint: true, throwIfNoEntry: false }) ?? null);
  }

  private quickly<T>(call: () => T | null): T | null {
    const beganMs = this.nowMs();
    if (beganMs < this.slowUntilMs) return null;
    try {
      return call();
    } catch {
      return null;
    } finally {
      this.note(this.nowMs() - beganMs);
    }
  }

  private note(tookMs: number): void {
    if (tookMs <= SLOW_MS) {
      this.slowInARow = 0;
      this.pauseMs = FIRST_PAUSE_MS;
      return;
    }
    this.slowInARow += 1;
    if (this.slowInARow < SLOW_IN_A_ROW && tookMs <= VERY_SLOW_MS) return;
    // The next slow read is enough to pause again.
    this.slowInARow = SLOW_IN_A_ROW - 1;
    this.slowUntilMs = this.nowMs() + this.pauseMs;
    this.pauseMs = Math.min(2 * this.pauseMs, LONGEST_PAUSE_MS);
  }

  private nowMs(): number {
    return this.clock.monotonicUs() / 1000;
  }
}

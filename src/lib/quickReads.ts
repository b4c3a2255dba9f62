import { lstatSync, type BigIntStats } from 'node:fs';
import type { Clock } from '../shared/runtime';
import { readWholeSync } from './guardedFiles';

/** A read that takes longer comes from a slow disk or network, or this process had to wait for the processor. */
const SLOW_MS = 4;
/** So many of them in a row are the disk's, and so is a single one that takes much longer. */
const SLOW_IN_A_ROW = 3;
const VERY_SLOW_MS = 100;
/** The first pause. Each further one is twice as long: a disk that hangs must not stop everything again and again. */
const FIRST_PAUSE_MS = 5000;
const LONGEST_PAUSE_MS = 600_000;

/**
 * Reads small files with blocking calls, which take a tenth of the time of Node's asynchronous ones, as long as the disk
 * answers at once. While it does not, nothing is read: other work must not wait for a slow disk.
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
   * Fills the start of `buffer` with the whole content of a regular file. Null where the disk is slow, or the file is
   * longer than the buffer or cannot be read: reading it in parts finds out why.
   * @returns how the system describes the file
   */
  read(file: string, buffer: Uint8Array): BigIntStats | null {
    return this.quickly(() => this.readWhole(file, buffer));
  }

  /** How the system describes what has that name; null where the disk is slow or nothing can be told. */
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
    // The next slow one is enough to pause again.
    this.slowInARow = SLOW_IN_A_ROW - 1;
    this.slowUntilMs = this.nowMs() + this.pauseMs;
    this.pauseMs = Math.min(2 * this.pauseMs, LONGEST_PAUSE_MS);
  }

  private nowMs(): number {
    return this.clock.monotonicUs() / 1000;
  }
}

import type { BigIntStats } from 'node:fs';
import type { Clock } from '../shared/runtime';
import { readWholeSync } from './guardedFiles';

/** A read that takes longer comes from a slow disk or network, or this process had to wait for the processor. */
const SLOW_MS = 4;
/** So many of them in a row are the disk's. */
const SLOW_IN_A_ROW = 3;
const TRY_AGAIN_MS = 5000;

/**
 * Reads small files with blocking calls, which take a tenth of the time of Node's asynchronous ones, as long as the disk
 * answers at once. While it does not, nothing is read: other work must not wait for a slow disk.
 */
export class QuickReads {
  private slowInARow = 0;
  private slowUntilMs = -Infinity;

  constructor(
    private readonly clock: Pick<Clock, 'monotonicUs'>,
    private readonly readWhole = readWholeSync,
  ) {}

  /**
   * Fills the start of `buffer` with the whole content of a regular file. Null where the disk is slow, or the file is
   * longer than the buffer, changes meanwhile or cannot be read: reading it in parts finds out why.
   * @returns how the system describes the file
   */
  read(file: string, buffer: Uint8Array): BigIntStats | null {
    const beganMs = this.nowMs();
    if (beganMs < this.slowUntilMs) return null;
    try {
      return this.readWhole(file, buffer);
    } catch {
      return null;
    } finally {
      this.note(this.nowMs() - beganMs);
    }
  }

  private note(tookMs: number): void {
    this.slowInARow = tookMs > SLOW_MS ? this.slowInARow + 1 : 0;
    if (this.slowInARow < SLOW_IN_A_ROW) return;
    // The next slow one is enough to wait again.
    this.slowInARow = SLOW_IN_A_ROW - 1;
    this.slowUntilMs = this.nowMs() + TRY_AGAIN_MS;
  }

  private nowMs(): number {
    return this.clock.monotonicUs() / 1000;
  }
}

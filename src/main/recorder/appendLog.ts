import { ifSupported } from '../../lib/fileSystemLimits';
import { openToAppend, syncFile, type FileHandle } from '../../lib/guardedFiles';
import type { Clock, Timer } from '../../shared/runtime';

/** The longest time until appended bytes are handed to the system, and until they are on the disk. */
export type AppendTiming = { flushMs: number; syncMs: number };

/**
 * An append-only file. A crash of the app loses at most `flushMs` of appended bytes, and a power cut `syncMs`.
 * Writes happen one at a time and in order.
 */
export class AppendLog {
  private readonly file: FileHandle;
  private readonly clock: Clock;
  private readonly timing: AppendTiming;
  private readonly onFailure: (error: unknown) => void;
  private buffered: Uint8Array[] = [];
  private work: Promise<void> = Promise.resolve();
  private flushTimer: Timer | null = null;
  private syncTimer: Timer | null = null;
  private failure: { error: unknown } | null = null;

  private constructor(file: FileHandle, clock: Clock, timing: AppendTiming, onFailure: (e: unknown) => void) {
    this.file = file;
    this.clock = clock;
    this.timing = timing;
    this.onFailure = onFailure;
  }

  /**
   * @param file must not exist yet
   * @param onFailure called once, with the first error; later appends are dropped, so that the file has no hole
   */
  static async open(
    file: string,
    clock: Clock,
    timing: AppendTiming,
    onFailure: (error: unknown) => void,
    openFile = openToAppend,
  ): Promise<AppendLog> {
    return new AppendLog(await openFile(file), clock, timing, onFailure);
  }

  /** Appends and returns at once. */
  append(bytes: Uint8Array): void {
    if (this.failure !== null) return;
    this.buffered.push(bytes);
    this.flushTimer ??= this.clock.setTimeout(
      () => void this.flush().catch(() => undefined),
      this.timing.flushMs,
    );
  }

  /** @returns its length in bytes */
  appendLine(value: unknown): number {
    const line = Buffer.from(`${JSON.stringify(value)}\n`);
    this.append(line);
    return line.length;
  }

  /** Hands all appended bytes to the system. Rejects with the first failure. */
  flush(): Promise<void> {
    if (this.flushTimer !== null) this.clock.clearTimeout(this.flushTimer);
    this.flushTimer = null;
    this.work = this.work.then(() => this.write());
    return this.work.then(() => this.throwFailure());
  }

  /** Flushes, syncs and closes. Closes the file even if it rejects with the first failure. */
  async close(): Promise<void> {
    try {
      await this.flush();
      await syncFile(this.file);
    } finally {
      // After the last write, which may have started it.
      if (this.syncTimer !== null) this.clock.clearTimeout(this.syncTimer);
      await this.work;
      await this.file.close();
    }
  }

  private async write(): Promise<void> {
    const bytes = Buffer.concat(this.buffered.splice(0));
    if (bytes.length === 0 || this.failure !== null) return;
    await this.guarded(() => this.file.appendFile(bytes));
    this.syncTimer ??= this.clock.setTimeout(() => this.sync(), this.timing.syncMs);
  }

  private sync(): void {
    this.syncTimer = null;
    this.work = this.work.then(() => this.guarded(() => ifSupported('sync', () => this.file.datasync())));
  }

  private async guarded(run: () => Promise<unknown>): Promise<void> {
    try {
      await run();
    } catch (error) {
      if (this.failure !== null) return;
      this.failure = { error };
      this.onFailure(error);
    }
  }

  private throwFailure(): void {
    if (this.failure !== null) throw this.failure.error;
  }
}

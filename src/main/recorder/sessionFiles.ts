import path from 'node:path';
import { AppFailure } from '../../shared/appError';
import type { Action, Frame, Screenshot } from '../../shared/session';
import { openToAppend, writeNewFile, type FileHandle } from '../../lib/guardedFiles';
import type { SessionPaths } from '../sessions/sessionPaths';
import type { Clock } from '../../shared/runtime';
import { AppendLog, type AppendTiming } from './appendLog';
import { segmentNotMade } from './recorderErrors';
import { Mutex } from '../../lib/concurrency';

const LOG_TIMING = { flushMs: 200, syncMs: 1500 };
/** `chunk` flushes each chunk itself. */
const VIDEO_TIMING = { flushMs: 0, syncMs: 1000 };

/** Creates the files of a recording; each must be new. */
export type RecordingDisk = {
  openToAppend(file: string): Promise<FileHandle>;
  /** Resolves when the content is synced. */
  writeNewFile(file: string, content: Uint8Array): Promise<void>;
};
const systemDisk: RecordingDisk = { openToAppend, writeNewFile };

type OpenLog = (file: string, timing: AppendTiming) => Promise<AppendLog>;
type Logs = { actions: AppendLog; frames: AppendLog; screenshots: AppendLog };

/** The files that a running recording writes into its folder. */
export class SessionFiles {
  actionCount = 0;
  screenshotCount = 0;
  videoBytes = 0;
  /** All files together, which is about the size of the bundle. */
  bytesWritten = 0;
  private screenshotNumber = 0;
  private lastFrameUs = 0;
  private lastScreenshotUs = 0;
  private segment: AppendLog | null = null;
  private readonly pictures = new Mutex();
  private readonly paths: SessionPaths;
  private readonly logs: Logs;
  private readonly openLog: OpenLog;
  private readonly disk: RecordingDisk;

  private constructor(paths: SessionPaths, logs: Logs, openLog: OpenLog, disk: RecordingDisk) {
    this.paths = paths;
    this.logs = logs;
    this.openLog = openLog;
    this.disk = disk;
  }

  /** @param onFailure called at most once per file, after a disk error */
  static async open(
    paths: SessionPaths,
    clock: Clock,
    onFailure: (error: unknown) => void,
    disk = systemDisk,
  ): Promise<SessionFiles> {
    const openLog: OpenLog = (file, timing) =>
      AppendLog.open(file, clock, timing, onFailure, (name) => disk.openToAppend(name));
    const [actions, frames, screenshots] = await Promise.all([
      openLog(paths.actionsLog, LOG_TIMING),
      openLog(paths.frames, LOG_TIMING),
      openLog(paths.screenshotsLog, LOG_TIMING),
    ]);
    return new SessionFiles(paths, { actions, frames, screenshots }, openLog, disk);
  }

  action(action: Action): void {
    this.actionCount += 1;
    this.bytesWritten += this.logs.actions.appendLine(action);
  }

  /** Writes an action that a crash must not lose. */
  actionNow(action: Action): void {
    this.action(action);
    void this.logs.actions.flush().catch(() => undefined);
  }

  /** Times derive from arrival times and can step back a little; written times never do. */
  frame(frame: Frame): void {
    this.lastFrameUs = Math.max(this.lastFrameUs, frame.tUs);
    this.bytesWritten += this.logs.frames.appendLine({ ...frame, tUs: this.lastFrameUs });
  }

  /** Keeps the order of the calls; times never step back. */
  screenshot(facts: Omit<Screenshot, 'file'>, jpeg: Uint8Array): Promise<void> {
    return this.pictures.run(() => this.fileScreenshot(facts, jpeg));
  }

  private async fileScreenshot(facts: Omit<Screenshot, 'file'>, jpeg: Uint8Array): Promise<void> {
    this.screenshotNumber += 1;
    const name = `${String(this.screenshotNumber).padStart(6, '0')}.jpg`;
    const file = path.join(this.paths.screenshotsDir, name);
    // Synced first: after a power cut no line may name a picture that is gone.
    await this.disk.writeNewFile(file, jpeg);
    this.screenshotCount += 1;
    this.bytesWritten += jpeg.byteLength;
    this.lastScreenshotUs = Math.max(this.lastScreenshotUs, facts.tUs);
    const tUs = this.lastScreenshotUs;
    this.logs.screenshots.appendLine({ ...facts, tUs, file: `screenshots/${name}` });
  }

  /**
   * @param file the segment's name inside `video/`
   * @throws AppFailure if the file cannot be created
   */
  async openSegment(file: string): Promise<void> {
    await this.closeSegment();
    try {
      this.segment = await this.openLog(path.join(this.paths.videoDir, file), VIDEO_TIMING);
    } catch (cause) {
      throw cause instanceof AppFailure ? cause : new AppFailure(segmentNotMade(file, cause));
    }
  }

  /** Resolves when the system has the bytes. */
  async chunk(bytes: Uint8Array): Promise<void> {
    if (this.segment === null) throw new Error('a chunk came without a segment');
    this.videoBytes += bytes.byteLength;
    this.bytesWritten += bytes.byteLength;
    this.segment.append(bytes);
    await this.segment.flush();
  }

  async closeSegment(): Promise<void> {
    const segment = this.segment;
    this.segment = null;
    await segment?.close();
  }

  /** Syncs and closes every file; rejects with the first failure after having closed them all. */
  async close(): Promise<void> {
    const { actions, frames, screenshots } = this.logs;
    const closing = [this.closeSegment(), actions.close(), frames.close(), screenshots.close()];
    const failed = (await Promise.allSettled(closing)).find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }
}

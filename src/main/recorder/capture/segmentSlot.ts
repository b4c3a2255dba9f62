import { AppFailure } from '../../../shared/appError';
import type { Random } from '../../../shared/runtime';
import type { CaptureClient, StartedSegment } from './captureClient';

/** The segment being recorded. Accepts chunks for no other segment, and holds them until its file is open. */
export class SegmentSlot {
  private current: { token: string; opened: PromiseWithResolvers<void> } | null = null;
  private count = 0;

  constructor(
    private readonly capture: CaptureClient,
    private readonly random: Random,
  ) {}

  /** Whether a segment is running or starting. */
  get running(): boolean {
    return this.current !== null;
  }

  /**
   * Starts the next segment and opens its file.
   * @param openFile makes `video/<name>` ready for chunks
   */
  async start(
    how: { microphone: boolean; blank: boolean },
    openFile: (name: string) => Promise<void>,
  ): Promise<StartedSegment & { file: string }> {
    this.count += 1;
    const number = String(this.count).padStart(4, '0');
    const slot = { token: this.random.uuid(), opened: Promise.withResolvers<void>() };
    slot.opened.promise.catch(() => undefined);
    this.current = slot;
    try {
      const started = await this.capture.startSegment(slot.token, number, how);
      // It was abandoned while it started.
      if (this.current !== slot) this.capture.abandonSegment();
      const name = `${number}.${started.mimeType.startsWith('video/mp4') ? 'mp4' : 'webm'}`;
      await openFile(name);
      slot.opened.resolve();
      return { ...started, file: name };
    } catch (error) {
      slot.opened.reject(error);
      this.current = null;
      throw error;
    }
  }

  /** Accepts no more chunks for the running segment. */
  abandon(): void {
    this.current = null;
    this.capture.abandonSegment();
  }

  /** Resolves when the segment's last chunk has been accepted. */
  async stop(): Promise<void> {
    try {
      await this.capture.stopSegment();
    } finally {
      this.current = null;
    }
  }

  /** Whether chunks of `token` are accepted, at once or when the file is open. */
  takes(token: string): boolean {
    return this.current?.token === token;
  }

  /** Resolves when chunks of `token` may be written; rejects for any other segment. */
  async opened(token: string): Promise<void> {
    const slot = this.current;
    if (slot?.token !== token) throw stale(token);
    await slot.opened.promise;
    if (this.current !== slot) throw stale(token);
  }
}

function stale(token: string): AppFailure {
  return new AppFailure({
    code: 'StaleSegment',
    message: 'That part of the recording has already ended.',
    action: 'There is nothing to do.',
    details: token,
  });
}
